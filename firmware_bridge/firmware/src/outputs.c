/* Outputs; see outputs.h. */
#include "outputs.h"

#include "hal.h"

void outputs_start(struct outputs *outputs, uint8_t safe)
{
    outputs->bits = safe;
    outputs->pulsing = 0U;
    for (uint32_t i = 0U; i < OUTPUTS; i++) {
        outputs->since[i] = 0U;
        outputs->pulse_ms[i] = 0U;
    }
    hal_outputs(safe);
}

enum status outputs_set(struct outputs *outputs, uint8_t output, uint8_t value, uint16_t pulse_ms, uint32_t now)
{
    if ((output >= OUTPUTS) || (value > 1U)) {
        return STATUS_BAD_VALUE;
    }
    const uint8_t bit = (uint8_t)(1U << output);
    outputs->bits = (uint8_t)((value != 0U) ? (outputs->bits | bit) : (outputs->bits & (uint8_t)~bit));
    outputs->pulsing = (uint8_t)((pulse_ms != 0U) ? (outputs->pulsing | bit) : (outputs->pulsing & (uint8_t)~bit));
    outputs->since[output] = now;
    outputs->pulse_ms[output] = pulse_ms;
    hal_outputs(outputs->bits);
    return STATUS_DONE;
}

void outputs_step(struct outputs *outputs, uint32_t now)
{
    for (uint32_t i = 0U; i < OUTPUTS; i++) {
        const uint8_t bit = (uint8_t)(1U << i);
        if (((outputs->pulsing & bit) != 0U) && ((now - outputs->since[i]) >= outputs->pulse_ms[i])) {
            outputs->pulsing = (uint8_t)(outputs->pulsing & (uint8_t)~bit);
            outputs->bits ^= bit;
            hal_outputs(outputs->bits);
        }
    }
}

bool outputs_make_safe(struct outputs *outputs, uint8_t safe)
{
    const bool changed = outputs->bits != safe;
    outputs->bits = safe;
    outputs->pulsing = 0U;
    hal_outputs(safe);
    return changed;
}
