/* Outputs: levels, pulses, and the safe state that they fall to. */
#ifndef OUTPUTS_H
#define OUTPUTS_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"

#define OUTPUTS 2U /* 0 barrier open relay, 1 lamp */

struct outputs {
    uint8_t bits;
    uint8_t pulsing;
    uint32_t since[OUTPUTS];
    uint32_t pulse_ms[OUTPUTS];
};

/* Begin in the safe state. */
void outputs_start(struct outputs *outputs, uint8_t safe);

/* Set one output; after `pulse_ms` it goes back to the opposite, with 0 it stays. */
enum status outputs_set(struct outputs *outputs, uint8_t output, uint8_t value, uint16_t pulse_ms, uint32_t now);

/* End the pulses that are over. */
void outputs_step(struct outputs *outputs, uint32_t now);

/* Fall to the safe state and end all pulses; true if an output changed by it. */
bool outputs_make_safe(struct outputs *outputs, uint8_t safe);

#endif
