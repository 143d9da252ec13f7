/* Outputs: levels, pulses, safe state. */
#include "check.h"
#include "fake.h"
#include "outputs.h"

static struct outputs outputs;

static void levels(void)
{
    fake_new();
    outputs_start(&outputs, 2U);
    CHECK(fake.outputs == 2U);
    CHECK((outputs_set(&outputs, 0U, 1U, 0U, 0U) == STATUS_DONE) && (fake.outputs == 3U));
    CHECK((outputs_set(&outputs, 1U, 0U, 0U, 0U) == STATUS_DONE) && (fake.outputs == 1U));
    outputs_step(&outputs, 0x7FFFFFFFU);
    CHECK(fake.outputs == 1U);
    CHECK(outputs_set(&outputs, 2U, 1U, 0U, 0U) == STATUS_BAD_VALUE);
    CHECK(outputs_set(&outputs, 0U, 2U, 0U, 0U) == STATUS_BAD_VALUE);
    CHECK(fake.outputs == 1U);
}

static void pulses(void)
{
    fake_new();
    outputs_start(&outputs, 0U);
    CHECK(outputs_set(&outputs, 0U, 1U, 500U, 0xFFFFFF00U) == STATUS_DONE);
    outputs_step(&outputs, 0xFFFFFF00U + 499U);
    CHECK(fake.outputs == 1U);
    outputs_step(&outputs, 0xFFFFFF00U + 500U);
    CHECK(fake.outputs == 0U);
    CHECK((outputs_set(&outputs, 0U, 1U, 500U, 0U) == STATUS_DONE) &&
          (outputs_set(&outputs, 0U, 1U, 0U, 10U) == STATUS_DONE));
    outputs_step(&outputs, 1000U);
    CHECK(fake.outputs == 1U); /* told to stay: the pulse is forgotten */
}

static void safe_state(void)
{
    fake_new();
    outputs_start(&outputs, 0U);
    CHECK(!outputs_make_safe(&outputs, 0U));
    CHECK(outputs_set(&outputs, 0U, 1U, 500U, 0U) == STATUS_DONE);
    CHECK(outputs_make_safe(&outputs, 2U) && (fake.outputs == 2U));
    outputs_step(&outputs, 1000U);
    CHECK(fake.outputs == 2U); /* the pulse's end does not toggle the safe state */
}

int main(void)
{
    levels();
    pulses();
    safe_state();
    return check_result();
}
