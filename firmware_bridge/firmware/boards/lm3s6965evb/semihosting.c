/* A file on the host; see semihosting.h. */
#include "semihosting.h"

#define SYS_OPEN 0x01U
#define SYS_CLOSE 0x02U
#define SYS_WRITE0 0x04U
#define SYS_WRITE 0x05U
#define SYS_READ 0x06U
#define SYS_SEEK 0x0AU
#define SYS_EXIT 0x18U
#define READ_WRITE_BINARY 3U /* fopen's "r+b" */
#define APPLICATION_EXIT 0x20026U
#define FAILED 0xFFFFFFFFU

static uint32_t handle = FAILED;

static uint32_t call(uint32_t operation, uint32_t argument)
{
    register uint32_t r0 __asm("r0") = operation;
    register uint32_t r1 __asm("r1") = argument;
    __asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

bool semihosting_open(const char *name, uint32_t length)
{
    const uint32_t block[3] = {(uint32_t)name, READ_WRITE_BINARY, length};
    handle = call(SYS_OPEN, (uint32_t)block);
    return handle != FAILED;
}

static bool seek(uint32_t at)
{
    const uint32_t block[2] = {handle, at};
    return call(SYS_SEEK, (uint32_t)block) == 0U;
}

bool semihosting_read(uint32_t at, uint8_t *data, uint32_t length)
{
    const uint32_t block[3] = {handle, (uint32_t)data, length};
    return seek(at) && (call(SYS_READ, (uint32_t)block) == 0U);
}

bool semihosting_write(uint32_t at, const uint8_t *data, uint32_t length)
{
    const uint32_t block[3] = {handle, (uint32_t)data, length};
    return seek(at) && (call(SYS_WRITE, (uint32_t)block) == 0U);
}

void semihosting_close(void)
{
    (void)call(SYS_CLOSE, (uint32_t)&handle);
}

void semihosting_give_up(const char *why)
{
    (void)call(SYS_WRITE0, (uint32_t)why);
    (void)call(SYS_EXIT, APPLICATION_EXIT);
}
