/* Packets on the line: a parser that is fed byte by byte, and a builder. docs/board-protocol.md has the layout;
 * vectors/board.txt is run against this file and against the gateway's codec alike. */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stdint.h>

#define FRAME_VERSION 1U
#define FRAME_PAYLOAD_MAX 200U
#define FRAME_PACKET_MIN 7U
#define FRAME_PACKET_MAX (FRAME_PACKET_MIN + FRAME_PAYLOAD_MAX)
#define FRAME_CODED_MAX (FRAME_PACKET_MAX + 1U) /* without the closing 0x00 */
#define FRAME_WIRE_MAX (FRAME_CODED_MAX + 1U)

struct packet {
    uint8_t kind;
    uint16_t sequence;
    uint8_t length;
    uint8_t payload[FRAME_PAYLOAD_MAX];
};

/* What a byte has completed. All but the first two say why the bytes before a 0x00 were no frame. */
enum frame_result {
    FRAME_MORE = 0,
    FRAME_GOOD,
    FRAME_EMPTY,
    FRAME_LONG,
    FRAME_BAD_COBS,
    FRAME_SHORT,
    FRAME_BAD_VERSION,
    FRAME_BAD_LENGTH,
    FRAME_BAD_CRC
};

struct parser {
    uint8_t coded[FRAME_CODED_MAX];
    uint32_t count; /* FRAME_CODED_MAX + 1: too long, thrown away up to the next 0x00 */
};

void parser_start(struct parser *parser);

/* Take one byte off the line; with FRAME_GOOD `packet` holds what came. */
enum frame_result parser_feed(struct parser *parser, uint8_t byte, struct packet *packet);

/* Write the frame with its closing 0x00, at most FRAME_WIRE_MAX bytes, and return its length. */
uint32_t frame_build(const struct packet *packet, uint8_t *wire);

#endif
