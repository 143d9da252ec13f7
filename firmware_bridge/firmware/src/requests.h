/* Answers to the gateway's requests; docs/board-protocol.md has the table. */
#ifndef REQUESTS_H
#define REQUESTS_H

#include <stdbool.h>

#include "app.h"
#include "frame.h"

/* Whether a packet comes from a gateway: kinds 0x01 to 0x3F. */
bool requests_known_direction(const struct packet *request);

/* Do what is asked and write the reply. */
void requests_answer(struct app *app, const struct packet *request, struct packet *reply);

#endif
