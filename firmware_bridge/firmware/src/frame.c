/* Packets on the line; see frame.h. */
#include "frame.h"

#include "bytes.h"
#include "cobs.h"
#include "crc.h"

#define AT_PAYLOAD 5U

void parser_start(struct parser *parser)
{
    parser->count = 0U;
}

/* Judge an uncoded packet; the order of reasons is the shared vectors' order. */
static enum frame_result judge(const uint8_t *raw, uint32_t length, struct packet *packet)
{
    if (length < FRAME_PACKET_MIN) {
        return FRAME_SHORT;
    }
    if (raw[0] != FRAME_VERSION) {
        return FRAME_BAD_VERSION;
    }
    if ((raw[4] > FRAME_PAYLOAD_MAX) || (length != (FRAME_PACKET_MIN + raw[4]))) {
        return FRAME_BAD_LENGTH;
    }
    if (crc16(raw, length - 2U) != get_u16(&raw[length - 2U])) {
        return FRAME_BAD_CRC;
    }
    packet->kind = raw[1];
    packet->sequence = get_u16(&raw[2]);
    packet->length = raw[4];
    copy_bytes(packet->payload, &raw[AT_PAYLOAD], packet->length);
    return FRAME_GOOD;
}

static enum frame_result finish(const struct parser *parser, struct packet *packet)
{
    uint8_t raw[FRAME_CODED_MAX];
    uint32_t length = 0U;
    if (parser->count == 0U) {
        return FRAME_EMPTY;
    }
    if (parser->count > FRAME_CODED_MAX) {
        return FRAME_LONG;
    }
    if (!cobs_decode(parser->coded, parser->count, raw, &length)) {
        return FRAME_BAD_COBS;
    }
    return judge(raw, length, packet);
}

enum frame_result parser_feed(struct parser *parser, uint8_t byte, struct packet *packet)
{
    if (byte == 0U) {
        const enum frame_result result = finish(parser, packet);
        parser->count = 0U;
        return result;
    }
    if (parser->count < FRAME_CODED_MAX) {
        parser->coded[parser->count] = byte;
        parser->count++;
    } else {
        parser->count = FRAME_CODED_MAX + 1U;
    }
    return FRAME_MORE;
}

uint32_t frame_build(const struct packet *packet, uint8_t *wire)
{
    uint8_t raw[FRAME_PACKET_MAX];
    const uint32_t length = (packet->length > FRAME_PAYLOAD_MAX) ? FRAME_PAYLOAD_MAX : packet->length;
    raw[0] = FRAME_VERSION;
    raw[1] = packet->kind;
    put_u16(&raw[2], packet->sequence);
    raw[4] = (uint8_t)length;
    copy_bytes(&raw[AT_PAYLOAD], packet->payload, length);
    put_u16(&raw[AT_PAYLOAD + length], crc16(raw, AT_PAYLOAD + length));
    cobs_encode(raw, FRAME_PACKET_MIN + length, wire);
    wire[FRAME_PACKET_MIN + length + 1U] = 0U;
    return FRAME_PACKET_MIN + length + 2U;
}
