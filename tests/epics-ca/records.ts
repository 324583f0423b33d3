/** A database with every native type that Channel Access has, as scalar and as array, and one record that nobody may write. */

/** More elements than a standard header can count. */
export const BIG_ELEMENTS = 100_000;

const WAVEFORMS = ["CHAR", "UCHAR", "SHORT", "USHORT", "LONG", "ULONG", "FLOAT", "DOUBLE"];

export const DATABASE = `
record(ao, "CA:DOUBLE") {
  field(VAL, "1.25") field(EGU, "mm") field(PREC, "3")
  field(HOPR, "100") field(LOPR, "-100") field(DRVH, "50") field(DRVL, "-50")
  field(HIHI, "90") field(HIGH, "80") field(LOW, "-80") field(LOLO, "-90")
  field(HHSV, "MAJOR") field(HSV, "MINOR") field(LSV, "MINOR") field(LLSV, "MAJOR")
  field(PINI, "YES")
}
record(longout, "CA:LONG") { field(VAL, "-123456789") field(EGU, "counts") field(HOPR, "7") field(PINI, "YES") }
record(int64out, "CA:INT64") { field(VAL, "1234567890123") field(PINI, "YES") }
record(mbbo, "CA:ENUM") {
  field(ZRST, "off") field(ONST, "standby") field(TWST, "on") field(VAL, "2") field(TWSV, "MINOR") field(PINI, "YES")
}
record(bo, "CA:BINARY") { field(ZNAM, "closed") field(ONAM, "open") field(VAL, "1") field(PINI, "YES") }
record(stringout, "CA:STRING") { field(VAL, "gr\\xfcn 4\\xb5") field(PINI, "YES") }
record(lsi, "CA:LONGSTRING") { field(SIZV, "200") field(INP, {const:"${"long ".repeat(20)}"}) field(PINI, "YES") }
record(ao, "CA:NAN") { field(VAL, "nan") }
record(ao, "CA:INFINITY") { field(VAL, "-inf") field(PINI, "YES") }
record(calc, "CA:COUNTER") { field(INPA, "CA:COUNTER") field(CALC, "A+1") field(SCAN, ".1 second") }
record(ao, "CA:READONLY") { field(VAL, "5") field(ASG, "READONLY") field(PINI, "YES") }
record(waveform, "CA:EMPTY") { field(FTVL, "DOUBLE") field(NELM, "10") }
record(waveform, "CA:ARRAY:STRING") {
  field(FTVL, "STRING") field(NELM, "5") field(INP, {const:["one", "two", ""]}) field(PINI, "YES")
}
record(waveform, "CA:BIG") { field(FTVL, "DOUBLE") field(NELM, "${BIG_ELEMENTS}") }
${WAVEFORMS.map(
  (type) => `record(waveform, "CA:ARRAY:${type}") {
  field(FTVL, "${type}") field(NELM, "7") field(INP, {const:[1, 2, 100]}) field(PINI, "YES")
}`,
).join("\n")}
`;

export const SECURITY = `
ASG(DEFAULT) { RULE(1, WRITE) }
ASG(READONLY) { RULE(1, READ) }
`;

/** Fields of types that no record has as its value. */
export const FIELDS = ["CA:DOUBLE.PREC", "CA:DOUBLE.SCAN", "CA:DOUBLE.NAME", "CA:LONGSTRING.VAL$"];

/** What of it does not change by itself. */
export const STEADY_NAMES = [
  ...[...DATABASE.matchAll(/record\(\w+, "([^"]+)"/g)].map(([, name]) => name!),
  ...FIELDS,
].filter((name) => name !== "CA:COUNTER" && name !== "CA:BIG");
