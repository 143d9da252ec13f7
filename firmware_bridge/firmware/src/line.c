/* What goes out on the line; see line.h. */
#include "line.h"

#include "hal.h"

void line_start(struct line *line)
{
    line->head = 0U;
    line->count = 0U;
}

uint32_t line_room(const struct line *line)
{
    return LINE_RING - line->count;
}

bool line_send(struct line *line, const struct packet *packet)
{
    uint8_t wire[FRAME_WIRE_MAX];
    const uint32_t length = frame_build(packet, wire);
    if (length > line_room(line)) {
        return false;
    }
    for (uint32_t i = 0U; i < length; i++) {
        line->ring[(line->head + line->count) % LINE_RING] = wire[i];
        line->count++;
    }
    return true;
}

void line_pump(struct line *line)
{
    while ((line->count > 0U) && hal_line_put(line->ring[line->head])) {
        line->head = (line->head + 1U) % LINE_RING;
        line->count--;
    }
}
