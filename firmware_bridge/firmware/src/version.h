/* The version of this program; the Makefile sets it from VERSION=major.minor.patch. */
#ifndef VERSION_H
#define VERSION_H

#ifndef VERSION_MAJOR
#define VERSION_MAJOR 0U
#define VERSION_MINOR 1U
#define VERSION_PATCH 0U
#endif

#endif
