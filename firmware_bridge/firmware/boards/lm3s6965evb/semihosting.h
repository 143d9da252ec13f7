/* A file on the host, by ARM semihosting (ARM 100863, "Semihosting for AArch32 and AArch64", 2.0). QEMU has to be
 * started with -semihosting-config enable=on,target=native; without it the first call is a fault. */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stdbool.h>
#include <stdint.h>

/* Open an existing file for reading and writing; false if there is none. */
bool semihosting_open(const char *name, uint32_t length);

bool semihosting_read(uint32_t at, uint8_t *data, uint32_t length);
bool semihosting_write(uint32_t at, const uint8_t *data, uint32_t length);
void semihosting_close(void);

/* Say something on the host's standard error, and end QEMU. */
void semihosting_give_up(const char *why);

#endif
