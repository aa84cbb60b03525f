/* Remote procedure calls between sockets of one account ("RPC" in the notes on the realtime
   protocol). A name belongs to the sockets that registered it; calls go to the first of them, and
   wait for one that is about to come back. */
#ifndef SERVER_RPC_H
#define SERVER_RPC_H

#include "connection.h"

#define RPC_CALLS_MAX   10000u /* that are under way in the process; more get RPC_FAILED */
#define RPC_METHODS_MAX 4096u  /* of one socket; more get rpc-error */

#define RPC_CALL_MS     30000 /* for the answer */
#define RPC_GRACE_MS    15000 /* for somebody to register the name */
#define RPC_PRESENCE_MS 2000  /* between looks whether the target still has the name … */
#define RPC_MISSES      2     /* … which it must miss so often, one after the other */

struct rpc;

struct rpc *rpc_new(struct timers *timers); /* NULL: out of memory */
void rpc_free(struct rpc *rpc);             /* drops calls; all connections have left */

/* A connection goes: its names are unregistered. */
void rpc_leave(struct rpc *rpc, struct connection *connection);

#endif
