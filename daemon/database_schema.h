/* The schema, as the steps that lead from each version to the next. */
#ifndef DAEMON_DATABASE_SCHEMA_H
#define DAEMON_DATABASE_SCHEMA_H

/* Step n (from 0) leads from version n to n + 1; there are DATABASE_VERSION of them. A step is
   never changed once it was released. */
const char *database_schema_step(int version);

#endif
