/* Inputs: debounced, edges counted, events held off. Pure: levels and time in, a mask of inputs with an event out. */
#ifndef INPUTS_H
#define INPUTS_H

#include <stdbool.h>
#include <stdint.h>

#define INPUTS 4U

/* What outlives a restart; the event store keeps it. */
struct tally {
    uint32_t rises[INPUTS]; /* rising edges, wrapping */
    uint8_t reported;       /* the level that each input's last event told, a bit an input */
};

struct input {
    bool candidate;
    bool held_off;      /* an event was told at `told_at`, and the hold-off may still run */
    uint32_t since;     /* … the candidate has been seen, ms */
    uint32_t told_at;
};

struct inputs {
    struct input one[INPUTS];
    uint8_t debounced;
};

/* Begin with the levels that were told last: what changed while the power was off is then an edge like others. */
void inputs_start(struct inputs *inputs, const struct tally *tally, uint32_t now);

/* Take the levels seen at `now`. Rising edges are counted at once, each of them; an event is due when the debounced
 * level is another than the one told last and `hold_off` ms have passed since then. */
uint8_t inputs_step(struct inputs *inputs, struct tally *tally, uint8_t raw, uint32_t now, uint32_t debounce,
                    uint32_t hold_off);

#endif
