-- As many rows as batch_rows writes, on as many calendars, one after the other in one transaction.
SELECT floor_rows(10000);
