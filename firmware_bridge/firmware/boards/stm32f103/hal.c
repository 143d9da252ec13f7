/* STM32F103; see board.h. Registers: ST's reference manual RM0008, flash: PM0075, both from memory and not checked
 * against their text. Not run on a board yet.
 *
 * USART1 (PA9 out, PA10 in) is the line to the gateway. Inputs PB12..PB15 are active low with pull-ups, for dry contacts
 * or open collectors: vehicle loop, door contact, beam, fire-lane loop. Outputs PB0 (barrier relay) and PB1 (lamp) are
 * active high. No interrupts: DMA puts what comes into a ring, also while an erase stops the processor (40 ms at most). */
#include "hal.h"

#include "board.h"
#include "bytes.h"
#include "startup.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define RCC_CR REGISTER(0x40021000U)
#define RCC_CFGR REGISTER(0x40021004U)
#define RCC_AHBENR REGISTER(0x40021014U)
#define RCC_APB2ENR REGISTER(0x40021018U)
#define RCC_APB1ENR REGISTER(0x4002101CU)
#define RCC_CSR REGISTER(0x40021024U)
#define HSE_ON 0x00010000U
#define HSE_READY 0x00020000U
#define PLL_ON 0x01000000U
#define PLL_READY 0x02000000U
#define PLL_IS_CLOCK 0x08U

#define GPIOA_CRH REGISTER(0x40010804U)
#define GPIOB_CRL REGISTER(0x40010C00U)
#define GPIOB_CRH REGISTER(0x40010C04U)
#define GPIOB_IDR REGISTER(0x40010C08U)
#define GPIOB_BSRR REGISTER(0x40010C10U)

#define USART1_SR REGISTER(0x40013800U)
#define USART1_DR REGISTER(0x40013804U)
#define USART1_BRR REGISTER(0x40013808U)
#define USART1_CR1 REGISTER(0x4001380CU)
#define USART1_CR3 REGISTER(0x40013814U)
#define USART_EMPTY 0x80U
#define USART_COMPLETE 0x40U

#define DMA1_CCR5 REGISTER(0x40020058U)
#define DMA1_CNDTR5 REGISTER(0x4002005CU)
#define DMA1_CPAR5 REGISTER(0x40020060U)
#define DMA1_CMAR5 REGISTER(0x40020064U)

#define TIM2_CR1 REGISTER(0x40000000U)
#define TIM2_EGR REGISTER(0x40000014U)
#define TIM2_CNT REGISTER(0x40000024U)
#define TIM2_PSC REGISTER(0x40000028U)
#define TIM2_ARR REGISTER(0x4000002CU)

#define IWDG_KR REGISTER(0x40003000U)
#define IWDG_PR REGISTER(0x40003004U)
#define IWDG_RLR REGISTER(0x40003008U)

#define FLASH_ACR REGISTER(0x40022000U)
#define FLASH_KEYR REGISTER(0x40022004U)
#define FLASH_SR REGISTER(0x4002200CU)
#define FLASH_CR REGISTER(0x40022010U)
#define FLASH_AR REGISTER(0x40022014U)
#define FLASH_BUSY 0x01U
#define FLASH_ERRORS 0x14U /* PGERR, WRPRTERR */
#define FLASH_END 0x20U
#define FLASH_PROGRAM 0x01U
#define FLASH_ERASE 0x02U
#define FLASH_START 0x40U
#define FLASH_LOCK 0x80U

#define FLASH_AT 0x08000000U
#define UNIQUE_ID 0x1FFFF7E8U
#define TRIES 1000000U
#define RING 1024U /* 89 ms at 115200 baud */

static volatile uint8_t ring[RING];
static uint32_t taken;
static uint32_t last_count;
static uint32_t halves; /* of a millisecond */
static uint32_t ms;

static bool wait_for(volatile uint32_t *status, uint32_t bits, uint32_t value)
{
    uint32_t tries = 0U;
    while (((*status & bits) != value) && (tries < TRIES)) {
        tries++;
    }
    return tries < TRIES;
}

/* 72 MHz from the crystal. Without one the chip stays at its own 8 MHz, and all that hangs on the clock with it: then
 * the board does not answer, rather than answer at a wrong speed. */
static void start_clock(void)
{
    FLASH_ACR = 0x12U; /* two wait states, prefetch */
    RCC_CR |= HSE_ON;
    (void)wait_for(&RCC_CR, HSE_READY, HSE_READY);
    RCC_CFGR = 0x001D0400U; /* PLL: crystal times 9; APB1 at half */
    RCC_CR |= PLL_ON;
    (void)wait_for(&RCC_CR, PLL_READY, PLL_READY);
    RCC_CFGR |= 0x02U;
    (void)wait_for(&RCC_CFGR, 0x0CU, PLL_IS_CLOCK);
    RCC_AHBENR |= 0x01U;    /* DMA1 */
    RCC_APB2ENR |= 0x400CU; /* USART1, ports A and B */
    RCC_APB1ENR |= 0x01U;   /* TIM2 */
}

static void start_line(void)
{
    GPIOA_CRH = 0x444444B4U; /* PA9: alternate push-pull, 50 MHz; PA10: floating input */
    USART1_BRR = 625U;       /* 72 MHz / 115200 */
    DMA1_CCR5 = 0U;
    DMA1_CPAR5 = 0x40013804U;
    DMA1_CMAR5 = (uint32_t)ring;
    DMA1_CNDTR5 = RING;
    DMA1_CCR5 = 0x000000A1U; /* to memory, one byte after the other, round and round */
    USART1_CR3 = 0x40U;      /* received bytes go to DMA */
    USART1_CR1 = 0x200CU;
}

static void start_pins(void)
{
    hal_outputs(0U);
    GPIOB_CRL = 0x44444422U; /* PB0, PB1: outputs, 2 MHz */
    GPIOB_CRH = 0x88884444U; /* PB12..PB15: inputs with pull-up */
    GPIOB_BSRR = 0xF000U;
}

/* TIM2 counts half milliseconds: 72 MHz / 36000. */
static void start_timer(void)
{
    TIM2_PSC = 35999U;
    TIM2_ARR = 0xFFFFU;
    TIM2_EGR = 1U;
    TIM2_CR1 = 1U;
    last_count = TIM2_CNT;
}

/* 40 kHz / 256: 6.4 ms a count, 4 s in all (the oscillator may be off by half: 2.7 to 5.3 s). */
static void start_watchdog(void)
{
    IWDG_KR = 0x5555U;
    IWDG_PR = 6U;
    IWDG_RLR = 625U;
    IWDG_KR = 0xCCCCU;
    hal_watchdog_kick();
}

void hal_start(void)
{
    start_clock();
    start_watchdog();
    start_pins();
    start_timer();
    start_line();
}

uint32_t hal_ms(void)
{
    const uint32_t count = TIM2_CNT;
    halves += (count - last_count) & 0xFFFFU;
    last_count = count;
    ms += halves / 2U;
    halves %= 2U;
    return ms;
}

void hal_idle(void)
{
    /* The board hangs on the mains: it runs on. */
}

bool hal_line_get(uint8_t *byte)
{
    const uint32_t filled = (RING - DMA1_CNDTR5) % RING;
    if (taken == filled) {
        return false;
    }
    *byte = ring[taken];
    taken = (taken + 1U) % RING;
    return true;
}

bool hal_line_put(uint8_t byte)
{
    if ((USART1_SR & USART_EMPTY) == 0U) {
        return false;
    }
    USART1_DR = byte;
    return true;
}

uint8_t hal_inputs(void)
{
    return (uint8_t)((~GPIOB_IDR >> 12) & 0x0FU);
}

void hal_outputs(uint8_t bits)
{
    const uint32_t on = (uint32_t)bits & 3U;
    GPIOB_BSRR = on | ((on ^ 3U) << 16);
}

static void unlock(void)
{
    if ((FLASH_CR & FLASH_LOCK) != 0U) {
        FLASH_KEYR = 0x45670123U;
        FLASH_KEYR = 0xCDEF89ABU;
    }
    FLASH_SR = FLASH_ERRORS | FLASH_END;
}

/* Wait for the end; lock again. */
static bool finish(void)
{
    const bool ended = wait_for(&FLASH_SR, FLASH_BUSY, 0U);
    const bool good = ended && ((FLASH_SR & FLASH_ERRORS) == 0U);
    FLASH_CR = FLASH_LOCK;
    return good;
}

bool hal_flash_erase(uint32_t address)
{
    unlock();
    FLASH_CR = FLASH_ERASE;
    FLASH_AR = FLASH_AT + address;
    FLASH_CR = FLASH_ERASE | FLASH_START;
    return finish();
}

bool hal_flash_program(uint32_t address, const uint8_t *data, uint32_t length)
{
    bool good = true;
    unlock();
    FLASH_CR = FLASH_PROGRAM;
    for (uint32_t i = 0U; good && (i < length); i += 2U) {
        *(volatile uint16_t *)(FLASH_AT + address + i) = get_u16(&data[i]);
        good = wait_for(&FLASH_SR, FLASH_BUSY, 0U) && ((FLASH_SR & FLASH_ERRORS) == 0U);
    }
    return finish() && good;
}

void hal_flash_read(uint32_t address, uint8_t *data, uint32_t length)
{
    copy_bytes(data, (const uint8_t *)(FLASH_AT + address), length);
}

void hal_ram(volatile uint32_t **start, volatile uint32_t **end)
{
    extern uint32_t data_start[];
    extern uint32_t bss_end[];
    *start = data_start;
    *end = bss_end;
}

void hal_watchdog_kick(void)
{
    IWDG_KR = 0xAAAAU;
}

void hal_restart(void)
{
    (void)wait_for(&USART1_SR, USART_COMPLETE, USART_COMPLETE);
    startup_reset();
}

/* The pin is pulled by every reset, so it is the cause only where no other is. */
uint8_t hal_reset_cause(void)
{
    const uint32_t flags = RCC_CSR >> 26;
    RCC_CSR |= 0x01000000U; /* forget them, for the next time */
    if ((flags & 0x08U) != 0U) {
        return (uint8_t)HAL_RESET_WATCHDOG;
    }
    if ((flags & 0x04U) != 0U) {
        return (uint8_t)HAL_RESET_SOFTWARE;
    }
    if ((flags & 0x02U) != 0U) {
        return (uint8_t)HAL_RESET_POWER;
    }
    return (uint8_t)(((flags & 0x01U) != 0U) ? HAL_RESET_PIN : HAL_RESET_UNKNOWN);
}

void hal_board_id(uint8_t id[HAL_BOARD_ID_BYTES])
{
    const uint8_t *unique = (const uint8_t *)UNIQUE_ID; /* 12 bytes: the first four are folded into the last */
    for (uint32_t i = 0U; i < HAL_BOARD_ID_BYTES; i++) {
        id[i] = (uint8_t)(unique[i + 4U] ^ unique[i % 4U]);
    }
}

uint8_t hal_running_slot(void)
{
    extern const uint8_t image_run_at[];
    return ((uint32_t)image_run_at == BOARD_RUN_AT(1)) ? 1U : 0U;
}

void hal_run(uint8_t slot)
{
    DMA1_CCR5 = 0U; /* the ring's place is the program's now */
    startup_run(BOARD_RUN_AT(slot));
}
