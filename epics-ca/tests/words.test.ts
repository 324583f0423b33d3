import assert from "node:assert/strict";
import { ALARM_CONDITIONS, ALARM_SEVERITIES, Eca, ecaText } from "epics-ca";

describe("status codes", () => {
  it("have the values of the CA specification", () => {
    assert.equal(Eca.NORMAL, 1);
    assert.equal(Eca.BADTYPE, 0x072);
    assert.equal(Eca.INTERNAL, 0x08e);
    assert.equal(Eca.NORDACCESS, 0x170);
    assert.equal(Eca.IODONE, 0x153);
    assert.equal(Eca.UNRESPTMO, 0x1e0);
  });

  it("are said in words, unknown ones by number", () => {
    assert.equal(ecaText(Eca.NOWTACCESS), "ECA_NOWTACCESS: Write access denied");
    assert.equal(ecaText(0), "ECA status 0");
    assert.equal(ecaText(4711), "ECA status 4711");
    assert.equal(ecaText(2 ** 32 - 1), "ECA status 4294967295");
  });
});

describe("alarms", () => {
  it("have the words of alarm.h at their numbers", () => {
    assert.equal(ALARM_SEVERITIES[3], "INVALID");
    assert.equal(ALARM_CONDITIONS[3], "HIHI");
    assert.equal(ALARM_CONDITIONS[17], "UDF");
    assert.equal(ALARM_CONDITIONS.length, 22);
  });
});
