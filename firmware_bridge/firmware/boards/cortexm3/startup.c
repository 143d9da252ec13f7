/* Start of a program on a Cortex-M3: vectors, variables, main. No interrupts are used: time and lines are polled. */
#include <stdint.h>

#include "startup.h"

#define VTOR (*(volatile uint32_t *)0xE000ED08U)  /* ARMv7-M, B3.2.5 */
#define AIRCR (*(volatile uint32_t *)0xE000ED0CU) /* B3.2.6 */
#define AIRCR_SYSTEM_RESET 0x05FA0004U

/* Set by program.ld. */
extern uint32_t stack_top[];
extern const uint32_t data_from[];
extern uint32_t data_start[];
extern uint32_t data_end[];
extern uint32_t bss_start[];
extern uint32_t bss_end[];

int main(void);
void reset_handler(void);
void fault_handler(void);

void reset_handler(void)
{
    const uint32_t *from = data_from;
    for (uint32_t *to = data_start; to < data_end; to++) {
        *to = *from;
        from++;
    }
    for (uint32_t *to = bss_start; to < bss_end; to++) {
        *to = 0U;
    }
    (void)main();
    fault_handler();
}

/* Stand still: the watchdog restarts the board, and the reset cause then says that something was wrong. */
void fault_handler(void)
{
    for (;;) {
    }
}

struct vectors {
    uint32_t *stack;
    void (*handler[15])(void);
};

__attribute__((section(".vectors"), used)) static const struct vectors VECTORS = {
    stack_top,
    {reset_handler, fault_handler, fault_handler, fault_handler, fault_handler, fault_handler, fault_handler,
     fault_handler, fault_handler, fault_handler, fault_handler, fault_handler, fault_handler, fault_handler,
     fault_handler},
};

void startup_run(uint32_t vectors)
{
    VTOR = vectors;
    __asm volatile("ldr r1, [%0]      \n"
                   "msr msp, r1       \n"
                   "ldr r1, [%0, #4]  \n"
                   "bx r1             \n"
                   :
                   : "r"(vectors)
                   : "r1", "memory");
    __builtin_unreachable();
}

void startup_reset(void)
{
    __asm volatile("dsb" ::: "memory");
    AIRCR = AIRCR_SYSTEM_RESET;
    for (;;) {
    }
}
