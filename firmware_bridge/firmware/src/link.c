/* The gateway at the other end; see link.h. */
#include "link.h"

#include "bytes.h"

#define KIND_EVENT 0x50U
#define EVENT_LENGTH 20U
#define EVENT_WIRE (FRAME_PACKET_MIN + EVENT_LENGTH + 2U)

void link_start(struct link *link)
{
    *link = (struct link){0};
}

enum link_change link_heard(struct link *link, uint32_t now)
{
    enum link_change change = LINK_SAME;
    if (!link->present) {
        change = link->lost ? LINK_CAME_BACK : LINK_CAME;
        link->next_send = 0U; /* whatever was on its way may be gone */
    }
    link->present = true;
    link->lost = false;
    link->heard_at = now;
    return change;
}

enum link_change link_step(struct link *link, uint32_t now, uint32_t timeout)
{
    if (!link->present || ((now - link->heard_at) < timeout)) {
        return LINK_SAME;
    }
    link->present = false;
    link->lost = true;
    link->losses++;
    return LINK_WENT;
}

void link_resend(struct link *link, uint32_t number)
{
    link->next_send = number;
}

static void build(const struct event *event, struct packet *packet)
{
    packet->kind = KIND_EVENT;
    packet->sequence = (uint16_t)(event->number & 0xFFFFU);
    packet->length = EVENT_LENGTH;
    put_u32(packet->payload, event->number);
    put_u32(&packet->payload[4], event->at.unix_s);
    put_u16(&packet->payload[8], event->at.ms);
    put_u32(&packet->payload[10], event->at.uptime);
    packet->payload[14] = event->source;
    packet->payload[15] = event->value;
    put_u32(&packet->payload[16], event->counter);
}

/* Go back to the oldest event when it was acknowledged past us, or has waited too long. */
static void turn_back(struct link *link, const struct events *events, uint32_t now, uint32_t resend)
{
    if (link->oldest != events->oldest) {
        link->oldest = events->oldest;
        link->waits = now;
    }
    const bool overdue = (link->next_send > events->oldest) && ((now - link->waits) >= resend);
    if ((link->next_send < events->oldest) || overdue) {
        link->next_send = events->oldest;
    }
}

void link_send(struct link *link, struct line *line, const struct events *events, uint32_t now, uint32_t resend)
{
    struct event event;
    struct packet packet;
    if (!link->present || (events->oldest == events->next)) {
        return;
    }
    turn_back(link, events, now, resend);
    /* Room is left for a reply of any size. */
    if ((link->next_send >= (events->oldest + LINK_WINDOW)) || (line_room(line) < (EVENT_WIRE + FRAME_WIRE_MAX)) ||
        !events_find(events, link->next_send, &event)) {
        return;
    }
    build(&event, &packet);
    if (line_send(line, &packet)) {
        link->waits = (event.number == events->oldest) ? now : link->waits;
        link->next_send = event.number + 1U;
    }
}
