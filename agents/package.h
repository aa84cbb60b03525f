/* Which version of an npm package a program is, without running it. */
#ifndef AGENTS_PACKAGE_H
#define AGENTS_PACKAGE_H

#include <stdbool.h>

/* True when `program` lies (links followed) in the npm package `name` whose version is at least
   major.minor. False too when that cannot be told: another way of installing it. */
bool package_is_at_least(const char *program, const char *name, int major, int minor);

#endif
