#include "service_manager.h"

const struct service_manager *service_manager(void)
{
#ifdef __APPLE__
    return &SERVICE_LAUNCHD;
#else
    return &SERVICE_SYSTEMD;
#endif
}
