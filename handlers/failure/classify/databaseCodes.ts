/**
 * Error numbers and names of databases that have their own: MySQL and MariaDB, SQL Server, Oracle, SQLite, MongoDB, Prisma.
 * @see https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
 * @see https://learn.microsoft.com/en-us/sql/relational-databases/errors-events/database-engine-events-and-errors
 * @see https://docs.oracle.com/en/error-help/db/
 * @see https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
import type { FailureClass } from "../FailureClass.ts"
import { type CodeTable, codeTable } from "./codeTable.ts"

/** MySQL's symbolic names, and those of its Node drivers. */
const mysqlNames = codeTable({
  AuthFailure: `ER_ACCESS_DENIED_ERROR ER_DBACCESS_DENIED_ERROR ER_TABLEACCESS_DENIED_ERROR ER_COLUMNACCESS_DENIED_ERROR ER_PROCACCESS_DENIED_ERROR
    ER_SPECIFIC_ACCESS_DENIED_ERROR ER_ACCESS_DENIED_NO_PASSWORD_ERROR ER_MUST_CHANGE_PASSWORD ER_MUST_CHANGE_PASSWORD_LOGIN ER_NOT_SUPPORTED_AUTH_MODE
    ER_ACCOUNT_HAS_BEEN_LOCKED ER_HOST_NOT_PRIVILEGED ER_PASSWORD_NO_MATCH ER_KILL_DENIED_ERROR AUTH_SWITCH_PLUGIN_ERROR ER_SECURE_TRANSPORT_REQUIRED`,
  ValidationError: `ER_DUP_ENTRY ER_DUP_ENTRY_WITH_KEY_NAME ER_DUP_KEY ER_BAD_NULL_ERROR ER_NO_DEFAULT_FOR_FIELD ER_NO_REFERENCED_ROW ER_NO_REFERENCED_ROW_2
    ER_ROW_IS_REFERENCED ER_ROW_IS_REFERENCED_2 ER_DATA_TOO_LONG ER_WARN_DATA_OUT_OF_RANGE ER_TRUNCATED_WRONG_VALUE
    ER_TRUNCATED_WRONG_VALUE_FOR_FIELD WARN_DATA_TRUNCATED ER_CHECK_CONSTRAINT_VIOLATED ER_CONSTRAINT_FAILED ER_DATA_OUT_OF_RANGE
    ER_NET_PACKET_TOO_LARGE ER_SIGNAL_EXCEPTION ER_WRONG_VALUE ER_TOO_BIG_ROWSIZE ER_DIVISION_BY_ZERO`,
  BadPayload: `ER_INVALID_JSON_TEXT ER_INVALID_JSON_TEXT_IN_PARAM ER_INVALID_CHARACTER_STRING ER_CANNOT_CONVERT_STRING ER_INVALID_JSON_CHARSET ER_CANNOT_CONVERT_CHARACTER`,
  Timeout:
    "ER_LOCK_WAIT_TIMEOUT ER_QUERY_TIMEOUT ER_STATEMENT_TIMEOUT ER_LOCK_NOWAIT PROTOCOL_SEQUENCE_TIMEOUT ER_NET_READ_INTERRUPTED ER_GET_CONNECTION_TIMEOUT ER_CLIENT_INTERACTION_TIMEOUT",
  DependencyFailure: `ER_CON_COUNT_ERROR ER_TOO_MANY_USER_CONNECTIONS ER_USER_LIMIT_REACHED ER_LOCK_DEADLOCK ER_OPTION_PREVENTS_STATEMENT ER_READ_ONLY_MODE
    ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION ER_SERVER_SHUTDOWN ER_NORMAL_SHUTDOWN ER_OUT_OF_RESOURCES ER_OUTOFMEMORY ER_DISK_FULL ER_RECORD_FILE_FULL ER_CONNECTION_KILLED
    ER_ABORTING_CONNECTION ER_NEW_ABORTING_CONNECTION ER_HOST_IS_BLOCKED ER_QUERY_INTERRUPTED ER_NET_ERROR_ON_WRITE ER_NET_READ_ERROR PROTOCOL_CONNECTION_LOST
    PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR CR_SERVER_GONE_ERROR CR_SERVER_LOST ER_XA_RBDEADLOCK ER_CHECKREAD ER_SOCKET_UNEXPECTED_CLOSE POOL_CLOSED ER_LOCK_ABORTED
    ER_TOO_MANY_CONCURRENT_TRXS ER_CONNECTION_COUNT_ERROR`,
  Unknown: `ER_NO_SUCH_TABLE ER_BAD_FIELD_ERROR ER_PARSE_ERROR ER_BAD_DB_ERROR ER_SYNTAX_ERROR ER_UNKNOWN_TABLE ER_SP_DOES_NOT_EXIST ER_WRONG_VALUE_COUNT_ON_ROW
    ER_NON_UNIQ_ERROR ER_WRONG_FIELD_WITH_GROUP ER_UNSUPPORTED_PS ER_WRONG_ARGUMENTS ER_EMPTY_QUERY ER_BAD_TABLE_ERROR`
})

const mysqlNumbers = codeTable({
  AuthFailure: "1044 1045 1095 1142 1143 1227 1370 1698 1820 1862 3118 1130 1251 2049 2059",
  ValidationError:
    "1022 1048 1062 1169 1216 1217 1264 1265 1292 1364 1366 1406 1451 1452 1525 1557 1586 1644 1690 3819 4025",
  BadPayload: "3140 3141 1300 3144",
  Timeout: "1205 3024 1969 3572 1159 1161",
  DependencyFailure:
    "1021 1037 1038 1040 1041 1042 1053 1077 1114 1129 1152 1154 1158 1160 1184 1203 1213 1226 1290 1317 1614 1792 1836 1927 2002 2003 2005 2006 2013 2026 2055",
  Unknown: "1046 1049 1051 1054 1064 1109 1136 1146 1149 1305 1052 1055 1065 1210"
})

const sqlServerNumbers = codeTable({
  AuthFailure: "229 230 262 297 300 916 4060 15151 15247 18450 18451 18452 18456 18461 18470 18486 18487 18488 40615",
  ValidationError: "220 241 242 245 248 295 339 515 544 547 2601 2627 2628 8114 8115 8152 8169 3609 50000 8023",
  BadPayload: "13608 13609 9400 9402 9410 9411 9420 9455 6602",
  Timeout: "-2 258 1222 10060 ",
  DependencyFailure: `53 64 121 233 596 701 802 845 976 978 1105 1204 1205 1221 3906 3960 4221 4891 6005 8645 8651 9002 10053 10054 10061 10928 10929 11001 17142 18401 20
    40 40143 40197 40501 40540 40544 40549 40550 40551 40552 40553 40613 40642 42108 42109 49918 49919 49920 26 10065 17830`,
  Unknown: "102 105 137 156 170 201 206 207 208 213 266 2812 8134 8144 8145 8178 4104 334 911 3701 8623"
})

const oracleNumbers = codeTable({
  AuthFailure: "1004 1005 1017 1031 1035 1040 1045 28000 28001 28002 28003 28009 28040 1988 1918 990 28150 28759 46952",
  ValidationError:
    "1 1400 1401 1407 1438 1426 1722 1830 1839 1840 1841 1843 1847 1850 1858 1861 2290 2291 2292 2449 6502 12899 1847 1862 1821 20001 20000 1461 932 1482 54032",
  BadPayload: "40441 31011 19202 40834 40587",
  Timeout: "51 30006 12170 1013 12535 12606 12608 30032 2049 24756 12609 ",
  DependencyFailure: `18 19 20 54 60 257 1012 1014 1033 1034 1089 1090 1092 1109 1653 1654 1555 1691 3113 3114 3135 3136 8177 12152 12153 12154 12157 12203 12224 12500
    12502 12505 12514 12516 12518 12519 12520 12521 12526 12527 12528 12537 12540 12541 12542 12543 12545 12547 12549 12560 12564 12569 12570 12571 12583 16000 16456 17002 17008 17410 25408 25402
    27101 28547 2391 2396 4021 4031 30036 17800 17447 1652 14452 1122 1114 29276 12571`,
  Unknown:
    "900 903 904 905 907 911 917 918 920 923 933 936 942 947 913 955 979 984 1002 1008 1036 1403 1422 1756 4043 4063 4068 4098 6508 6512 6550 6553 17003 1086"
})

const sqliteNames = codeTable({
  AuthFailure: "SQLITE_AUTH SQLITE_PERM SQLITE_AUTH_USER",
  ValidationError: "SQLITE_CONSTRAINT SQLITE_MISMATCH SQLITE_TOOBIG SQLITE_RANGE",
  BadPayload: "SQLITE_FORMAT",
  Timeout: "SQLITE_INTERRUPT SQLITE_BUSY_TIMEOUT",
  DependencyFailure:
    "SQLITE_BUSY SQLITE_LOCKED SQLITE_IOERR SQLITE_FULL SQLITE_CANTOPEN SQLITE_READONLY SQLITE_PROTOCOL SQLITE_NOMEM SQLITE_CORRUPT SQLITE_NOTADB",
  Unknown: "SQLITE_ERROR SQLITE_MISUSE SQLITE_SCHEMA SQLITE_INTERNAL SQLITE_NOTFOUND"
})

const mongoNumbers = codeTable({
  AuthFailure: "11 13 18 33 31 391 8000 334 335 52",
  ValidationError: "2 3 121 10334 11000 11001 12582 17280 17419 20 66 67 28 57 40 16755 14 55 263 ",
  BadPayload: "22 17260",
  Timeout: "50 24 202 262 290 46 ",
  DependencyFailure:
    "6 7 43 63 64 74 89 91 100 104 112 117 133 134 150 189 225 234 246 251 267 317 358 384 9001 10107 11600 11602 13388 13435 13436 14031 16500 244 341 461 10058 ",
  Unknown: "8 9 26 59 73 72 115 17287 1 5 168 40415 40324 51024 27 85 86"
})

const prismaCodes = codeTable({
  AuthFailure: "P1000 P1010 P6002 P6005",
  ValidationError:
    "P2000 P2001 P2002 P2003 P2004 P2005 P2006 P2007 P2011 P2012 P2013 P2014 P2015 P2018 P2019 P2020 P2025 P2033 P6006 ",
  BadPayload: "P2023",
  Timeout: "P1002 P1008 P2024 P6004 P6009",
  DependencyFailure: "P1001 P1011 P1017 P2034 P2035 P2036 P2037 P2028 P5000 P5004 P5008 P5011 P6000 P6008 P6010 P5015",
  Unknown: "P1003 P1012 P1013 P1014 P1015 P1016 P2008 P2009 P2010 P2016 P2021 P2022 P2026 P2029 P2030"
})

/** `SQLITE_CONSTRAINT_UNIQUE` is found by its first two parts. */
const sqliteClass = (name: string): FailureClass | undefined =>
  /^sqlite_\w{2,40}$/.test(name)
    ? (sqliteNames.get(name) ?? sqliteNames.get(name.split("_").slice(0, 2).join("_")))
    : undefined

const oracleClass = (code: string): FailureClass | undefined => {
  const number = /^ora-?0{0,4}(\d{1,5})$/.exec(code)?.[1]
  return number === undefined ? undefined : oracleNumbers.get(number)
}

/** The class of a database's own error name: `ER_DUP_ENTRY`, `ORA-00001`, `SQLITE_BUSY`, `P2002`. */
export const databaseNameClass = (code: string): FailureClass | undefined => {
  const name = code.trim().toLowerCase()
  return mysqlNames.get(name) ?? oracleClass(name) ?? sqliteClass(name) ?? prismaCodes.get(name)
}

const dialects: ReadonlyArray<readonly [RegExp, CodeTable]> = [
  [/mongo/i, mongoNumbers],
  [
    /SqlException|sql server|mssql|tedious|\bProcess ID \d|\bMsg \d{1,5}, Level|RequestError|Lock request time out|dbo\.|The timeout period elapsed/i,
    sqlServerNumbers
  ],
  [/ORA-\d|oracle/i, oracleNumbers],
  [/mysql|mariadb|InnoDB/i, mysqlNumbers]
]

/** The class of a bare number, by the database that the text speaks of; else MySQL's and SQL Server's, whose ranges differ. */
export const databaseNumberClass = (number: string, text: string): FailureClass | undefined => {
  for (const [dialect, table] of dialects) if (dialect.test(text)) return table.get(number)
  return /^\d{4,5}$/.test(number) || number === "-2"
    ? (mysqlNumbers.get(number) ?? sqlServerNumbers.get(number) ?? mongoNumbers.get(number))
    : /^\d{3}$/.test(number)
      ? sqlServerNumbers.get(number)
      : undefined
}

/** The database error inside a text, where a driver wrote its number or name. */
export const databaseClassIn = (text: string): FailureClass | undefined => {
  const oracle = /\bORA-(\d{5})\b/.exec(text)?.[1]
  if (oracle !== undefined) return oracleNumbers.get(String(Number(oracle)))
  const name = /\b(?:ER_[A-Z0-9_]{3,60}|SQLITE_[A-Z_]{3,40}|PROTOCOL_CONNECTION_LOST)\b/.exec(text)?.[0]
  if (name !== undefined) return databaseNameClass(name)
  const prisma = /\b(?:error code:? ?|code: ?['"]?)(P[1256]\d{3})\b|^(P[1256]\d{3}):/i.exec(text)
  const prismaCode = prisma?.[1] ?? prisma?.[2]
  if (prismaCode !== undefined) return databaseNameClass(prismaCode)
  const mysql =
    /(?:Error|ERROR)\w{0,12}: \((\d{4}), ["'b]/.exec(text)?.[1] ??
    /\bERROR (\d{4}) \([0-9A-Z]{5}\)/.exec(text)?.[1] ??
    /\bError (\d{4})(?: \([0-9A-Z]{5}\))?: /.exec(text)?.[1] ??
    /\bSQLSTATE\[[0-9A-Z]{5}\](?: \[|: [\w ]{1,60}: )(\d{4})\b/.exec(text)?.[1]
  if (mysql !== undefined) return mysqlNumbers.get(mysql)
  const sqlServer =
    /\bMsg (\d{1,5}), Level/.exec(text)?.[1] ??
    /\bError Number: ?(\d{1,5}),/.exec(text)?.[1] ??
    /\[SQL Server\][^\n]{0,400}\((\d{3,5})\)/.exec(text)?.[1]
  return sqlServer === undefined ? undefined : sqlServerNumbers.get(sqlServer)
}
