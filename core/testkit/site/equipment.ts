/** What a small light source consists of, as tables: which systems there are, which records each has, and which host runs them. */

/** Devices of one kind, each with the same signals. */
export interface DeviceKind {
  readonly device: string;
  /** Of a usual number of records; kinds of one system share it by these shares. */
  readonly share: number;
  readonly signals: readonly string[];
}

/** Records by system: `SR01:VAC` has `SR01:VAC:CCG01:Pressure`. */
export const SYSTEMS: Readonly<Record<string, readonly DeviceKind[]>> = {
  VAC: [
    { device: "CCG", share: 4, signals: ["Pressure", "Status", "Interlock", "Setpoint"] },
    { device: "IP", share: 4, signals: ["Pressure", "Current", "Voltage", "Status"] },
    { device: "TC", share: 1, signals: ["Temp"] },
    { device: "GV", share: 1, signals: ["Open", "Closed", "Cmd", "Interlock"] },
  ],
  PS: ["QF", "QD", "SF", "SD", "HC", "VC"].map((device) => ({
    device,
    share: 1,
    signals: ["Current", "CurrentSp", "Voltage", "Temp", "OnOff", "Fault"],
  })),
  DIAG: [
    { device: "BPM", share: 8, signals: ["X", "Y", "Sum", "Gain", "Attenuation", "Status"] },
    { device: "BLM", share: 2, signals: ["Counts", "Rate", "Threshold"] },
    { device: "SCR", share: 1, signals: ["Position", "In", "Out", "Lamp"] },
  ],
  RF: [
    { device: "CAV", share: 4, signals: ["Power", "Phase", "Tune", "Temp", "Vacuum", "Status"] },
    { device: "KLY", share: 3, signals: ["Power", "Reflected", "Anode", "Heater", "Status"] },
    { device: "LLRF", share: 2, signals: ["Amplitude", "Phase", "LoopGain", "Enable"] },
  ],
  ID: [
    { device: "GAP", share: 1, signals: ["Gap", "GapSp", "Speed", "Moving", "Fault"] },
    { device: "COR", share: 1, signals: ["Current", "CurrentSp", "Enable"] },
  ],
  TIM: [{ device: "EVR", share: 1, signals: ["Delay", "Width", "Enable", "Event", "Status"] }],
  BEAM: [
    { device: "DCCT", share: 1, signals: ["Current", "Lifetime", "Charge", "Status"] },
    { device: "FILL", share: 3, signals: ["Bunch", "Charge", "Delta"] },
  ],
  MOT: [
    { device: "m", share: 1, signals: ["Position", "Limit", "Speed", "Moving", "Home", "Status"] },
  ],
  MONO: [
    { device: "XTAL", share: 1, signals: ["Bragg", "Energy", "Pitch", "Roll", "Temp"] },
    { device: "SLIT", share: 2, signals: ["Top", "Bottom", "Left", "Right"] },
  ],
  DET: [
    { device: "CAM", share: 2, signals: ["Acquire", "Exposure", "Gain", "ArrayRate", "Temp"] },
    { device: "SCA", share: 3, signals: ["Counts", "Gate", "Preset"] },
  ],
  ES: [
    { device: "TEMP", share: 1, signals: ["Sample", "Setpoint", "Ramp", "Heater"] },
    { device: "SHT", share: 1, signals: ["Open", "Closed", "Cmd"] },
  ],
  CW: [
    { device: "PUMP", share: 1, signals: ["Flow", "Pressure", "Current", "Running"] },
    { device: "TANK", share: 1, signals: ["Level", "Temp", "Conductivity"] },
  ],
  CRYO: [{ device: "VLV", share: 1, signals: ["Position", "Setpoint", "Flow", "Temp"] }],
  ELEC: [{ device: "MTR", share: 1, signals: ["Voltage", "Current", "Power", "Energy"] }],
};

/** A machine with the IOCs that run on it, each `area:system`. */
export interface Machine {
  readonly name: string;
  readonly description: string;
  readonly groups: readonly string[];
  readonly iocs: readonly string[];
}

const SECTORS = Array.from({ length: 12 }, (_, n) => `SR${String(n + 1).padStart(2, "0")}`);

function sectorMachines(name: string, system: string, what: string, group: string): Machine[] {
  return [0, 4, 8].map((first, n) => {
    const sectors = SECTORS.slice(first, first + 4);
    return {
      name: `srv-${name}${n + 1}`,
      description: `${what} of the storage ring, sectors ${sectors[0]} to ${sectors[3]}`,
      groups: ["Storage ring", group],
      iocs: sectors.map((sector) => `${sector}:${system}`),
    };
  });
}

function beamline(number: string, what: string): Machine[] {
  const groups = [`Beamline ${Number(number)}`];
  const area = `BL${number}`;
  return [
    {
      name: `srv-bl${number}`,
      description: `Beamline ${Number(number)} (${what}): vacuum, monochromator, end station`,
      groups,
      iocs: [`${area}:VAC`, `${area}:MONO`, `${area}:ES`],
    },
    {
      name: `ioc-bl${number}-hutch`,
      description: `Beamline ${Number(number)} (${what}): motors and detectors in the hutch`,
      groups,
      iocs: [`${area}:MOT`, `${area}:DET`],
    },
  ];
}

function machine(name: string, description: string, group: string, iocs: readonly string[]) {
  return { name, description, groups: [group], iocs };
}

export const MACHINES: readonly Machine[] = [
  ...sectorMachines("vac", "VAC", "Vacuum", "Vacuum"),
  ...sectorMachines("ps", "PS", "Power supplies", "Power supplies"),
  ...sectorMachines("diag", "DIAG", "Beam position monitors", "Diagnostics"),
  machine("srv-rf1", "Cavities of the storage ring", "Storage ring", ["SR05:RF", "SR11:RF"]),
  machine("srv-id1", "Insertion devices", "Storage ring", ["SR07:ID", "SR10:ID"]),
  machine("srv-fe1", "Front ends of the beamlines", "Storage ring", ["FE03:VAC", "FE07:VAC"]),
  machine("srv-tim1", "Timing", "Storage ring", ["SR00:TIM", "SR00:BEAM"]),
  machine("srv-linac1", "Linac", "Injector", ["LI01:VAC", "LI01:RF", "LI01:DIAG"]),
  machine("srv-linac2", "Transfer line to the booster", "Injector", ["LTB01:PS", "LTB01:DIAG"]),
  machine("srv-br1", "Booster", "Injector", ["BR01:VAC", "BR01:PS", "BR01:RF"]),
  machine("srv-br2", "Booster and the line to the ring", "Injector", ["BR01:DIAG", "BTS01:PS"]),
  ...beamline("03", "imaging"),
  ...beamline("05", "soft X-rays"),
  ...beamline("07", "spectroscopy"),
  ...beamline("09", "diffraction"),
  ...beamline("11", "crystallography"),
  ...beamline("13", "microscopy"),
  machine("srv-wtr1", "Cooling water", "Utilities", ["WTR01:CW", "WTR02:CW", "WTR03:CW"]),
  machine("srv-cryo1", "Helium plant", "Utilities", ["CRYO01:CRYO", "CRYO02:CRYO"]),
  machine("srv-elec1", "Substations", "Utilities", ["ELEC01:ELEC", "ELEC02:ELEC"]),
  machine("srv-hvac1", "Air of the experimental hall", "Utilities", ["HVAC01:CW"]),
  machine("srv-las1", "Laser of the photocathode", "Injector", ["LAS01:MOT", "LAS01:DET"]),
  machine("srv-mod1", "Spare modulator, being rebuilt", "Injector", ["LI02:RF", "LI02:VAC"]),
  machine("srv-dev1", "Tests of new IOC releases", "Development", ["TEST01:MOT", "TEST02:DET"]),
];

/** `count` names of the records of an IOC `area:system`, device after device. */
export function recordNames(ioc: string, count: number): string[] {
  const kinds = SYSTEMS[ioc.slice(ioc.indexOf(":") + 1)] ?? [];
  const perRound = kinds.reduce((sum, { share, signals }) => sum + share * signals.length, 0);
  const rounds = Math.ceil(count / Math.max(perRound, 1));
  return kinds
    .flatMap(({ device, share, signals }) =>
      Array.from({ length: share * rounds }, (_, n) =>
        signals.map((signal) => `${ioc}:${device}${String(n + 1).padStart(2, "0")}:${signal}`),
      ).flat(),
    )
    .slice(0, count);
}
