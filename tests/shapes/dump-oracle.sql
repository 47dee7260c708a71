REM INSERTING into USAGE
SET DEFINE OFF;
Insert into USAGE (DAY,CREDITS) values (to_date('01-MAY-26','DD-MON-RR'),12);
Insert into USAGE (DAY,CREDITS) values (to_date('02-MAY-26','DD-MON-RR'),9);
