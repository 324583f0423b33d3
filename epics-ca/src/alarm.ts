/** The words for alarms, by number (`alarm.h`, epicsAlarmSeverityStrings and epicsAlarmConditionStrings). */

export const ALARM_SEVERITIES = ["NO_ALARM", "MINOR", "MAJOR", "INVALID"] as const;

export const ALARM_CONDITIONS = [
  "NO_ALARM",
  "READ",
  "WRITE",
  "HIHI",
  "HIGH",
  "LOLO",
  "LOW",
  "STATE",
  "COS",
  "COMM",
  "TIMEOUT",
  "HWLIMIT",
  "CALC",
  "SCAN",
  "LINK",
  "SOFT",
  "BAD_SUB",
  "UDF",
  "DISABLE",
  "SIMM",
  "READ_ACCESS",
  "WRITE_ACCESS",
] as const;
