REPLACE INTO `usage` (`ts`,`credits`) VALUES ('2026-05-01 04:19:21',12);
REPLACE INTO `usage` (`ts`,`credits`) VALUES ('2026-05-02 04:19:21',9);
REPLACE INTO `usage` (`ts`,`credits`) VALUES ('2026-05-03 04:19:21',30);
