/* What goes out on the line: frames in a ring, pumped as the transmitter takes them, so that sending never waits. */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"

#define LINE_RING 512U

struct line {
    uint8_t ring[LINE_RING];
    uint32_t head; /* next to go out */
    uint32_t count;
};

void line_start(struct line *line);

uint32_t line_room(const struct line *line);

/* Queue a packet; false (and nothing queued) if there is no room: whoever asked will ask again. */
bool line_send(struct line *line, const struct packet *packet);

/* Hand to the transmitter what it takes now. */
void line_pump(struct line *line);

#endif
