/* Inputs; see inputs.h. */
#include "inputs.h"

void inputs_start(struct inputs *inputs, const struct tally *tally, uint32_t now)
{
    inputs->debounced = tally->reported;
    for (uint32_t i = 0U; i < INPUTS; i++) {
        inputs->one[i].candidate = (((uint32_t)tally->reported >> i) & 1U) != 0U;
        inputs->one[i].held_off = false;
        inputs->one[i].since = now;
        inputs->one[i].told_at = now;
    }
}

static void debounce_one(struct inputs *inputs, struct tally *tally, uint32_t i, bool level, uint32_t now,
                         uint32_t debounce)
{
    struct input *input = &inputs->one[i];
    const uint8_t bit = (uint8_t)(1U << i);
    const bool settled = (inputs->debounced & bit) != 0U;
    if (level != input->candidate) {
        input->candidate = level;
        input->since = now;
    } else if ((level != settled) && ((now - input->since) >= debounce)) {
        inputs->debounced ^= bit;
        tally->rises[i] += level ? 1U : 0U;
    } else {
        /* as it was */
    }
}

/* Whether an event of input i is due now; takes it as told. */
static bool tell(struct inputs *inputs, struct tally *tally, uint32_t i, uint32_t now, uint32_t hold_off)
{
    struct input *input = &inputs->one[i];
    const uint8_t bit = (uint8_t)(1U << i);
    input->held_off = input->held_off && ((now - input->told_at) < hold_off);
    if ((((inputs->debounced ^ tally->reported) & bit) == 0U) || input->held_off) {
        return false;
    }
    tally->reported ^= bit;
    input->held_off = true;
    input->told_at = now;
    return true;
}

uint8_t inputs_step(struct inputs *inputs, struct tally *tally, uint8_t raw, uint32_t now, uint32_t debounce,
                    uint32_t hold_off)
{
    uint8_t due = 0U;
    for (uint32_t i = 0U; i < INPUTS; i++) {
        debounce_one(inputs, tally, i, (((uint32_t)raw >> i) & 1U) != 0U, now, debounce);
        if (tell(inputs, tally, i, now, hold_off)) {
            due = (uint8_t)(due | (1U << i));
        }
    }
    return due;
}
