/* The gateway at the other end: whether it is there, and which events it has to be sent. */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "events.h"
#include "line.h"

#define LINK_WINDOW 8U /* events on their way at once */

enum link_change { LINK_SAME, LINK_CAME, LINK_CAME_BACK, LINK_WENT };

struct link {
    bool present;
    bool lost;          /* it was there before and went */
    uint32_t losses;    /* since the board started */
    uint32_t heard_at;  /* last good request, ms */
    uint32_t next_send; /* number of the next event to send */
    uint32_t oldest;    /* unacknowledged event, when it was last looked at */
    uint32_t waits;     /* … that one waits for its acknowledgement since then, ms */
};

void link_start(struct link *link);

/* A good request came. */
enum link_change link_heard(struct link *link, uint32_t now);

/* LINK_WENT once when the gateway has been silent for `timeout` ms. */
enum link_change link_step(struct link *link, uint32_t now, uint32_t timeout);

/* Send again from `number` on. */
void link_resend(struct link *link, uint32_t number);

/* Queue the next event if one is due: new ones at once, within a window; all from the oldest on again each `resend` ms. */
void link_send(struct link *link, struct line *line, const struct events *events, uint32_t now, uint32_t resend);

#endif
