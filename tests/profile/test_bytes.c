/* A profile as bytes: read back whole, refused when damaged, and what is not understood carried
 * along. */
#include "bank.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static cstm_profile *
customer_of_the_story(cstm_strategy *bank, const char *sealed_as_of)
{
    cstm_profile *customer = customer_new(bank, "A-1");
    for (int32_t i = 0; i < story_length(); i++)
        ck_assert_int_eq(story_record(customer, bank, i), CSTM_OK);
    if (sealed_as_of != NULL)
        advance_to(customer, bank, sealed_as_of);
    return customer;
}

static cstm_status
read_bytes(cstm_strategy *bank, const uint8_t *bytes, size_t size)
{
    /* An exact allocation, so that a read past the end is seen. */
    uint8_t *copy = malloc(size > 0 ? size : 1);
    cstm_profile *profile = NULL;
    cstm_migration *migration = NULL;
    cstm_error *error = NULL;
    memcpy(copy, bytes, size);
    cstm_status status = cstm_profile_read(bank, copy, size, &profile, &migration, &error);
    ck_assert_int_eq(status == CSTM_OK, profile != NULL);
    ck_assert_int_eq(status == CSTM_OK, migration != NULL);
    ck_assert_int_eq(status == CSTM_OK, error == NULL);
    cstm_profile_free(profile);
    cstm_migration_free(migration);
    cstm_error_free(error);
    free(copy);
    return status;
}

static void
mend_checksum(uint8_t *bytes, size_t size)
{
    uint32_t crc = (uint32_t) crc32(crc32(0, NULL, 0), bytes, (uInt) size - 4);
    for (int i = 0; i < 4; i++)
        bytes[size - 4 + (size_t) i] = (uint8_t) (crc >> 8 * i);
}

START_TEST(restore_of_serialise_is_identity)
{
    static const char *const sealed[] = {NULL, "2004-01-21", "2004-03-01", "2004-06-12",
                                         "2005-06-12"};
    cstm_strategy *bank = bank_new();
    for (size_t i = 0; i < sizeof sealed / sizeof *sealed; i++) {
        cstm_profile *customer = customer_of_the_story(bank, sealed[i]);
        cstm_profile *again = restored(bank, customer);
        assert_same_bytes(customer, again);
        ck_assert_int_eq(cstm_profile_revision(again), cstm_profile_revision(customer));
        ck_assert_str_eq(cstm_profile_key(again, NULL), "A-1");
        cstm_profile_free(customer);
        cstm_profile_free(again);
    }
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(restored_profile_goes_on_as_the_original)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_of_the_story(bank, "2004-04-01"),
                 *again = restored(bank, customer);
    ck_assert_int_eq(repayment(customer, bank,
                               customer_entity(customer, bank, "account", 0, "88-2"), "n",
                               "2004-06-20T10:00:00", 5),
                     CSTM_OK);
    ck_assert_int_eq(repayment(again, bank, customer_entity(again, bank, "account", 0, "88-2"), "n",
                               "2004-06-20T10:00:00", 5),
                     CSTM_OK);
    advance_to(customer, bank, "2004-07-01");
    advance_to(again, bank, "2004-07-01");
    /* one revision more than the bytes that it was read from, whatever happened since */
    ck_assert_int_eq(cstm_profile_revision(customer), 1);
    ck_assert_int_eq(cstm_profile_revision(again), 2);
    cstm_profile *third = restored(bank, again);
    ck_assert_int_eq(cstm_profile_revision(third), 2);
    cstm_outcome *a = outcome_on(customer, bank, "2004-07-02"),
                 *b = outcome_on(again, bank, "2004-07-02");
    ck_assert_str_eq(stage_of(a, bank, "relationship", 0), stage_of(b, bank, "relationship", 0));
    ck_assert_int_eq(cstm_outcome_stage_since(a, 0, 0), cstm_outcome_stage_since(b, 0, 0));
    cstm_outcome_free(a);
    cstm_outcome_free(b);
    cstm_profile_free(customer);
    cstm_profile_free(again);
    cstm_profile_free(third);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(every_cut_and_every_flipped_bit_is_refused)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_of_the_story(bank, "2004-04-01");
    cstm_buffer *buffer = bytes_of(customer);
    size_t size = cstm_buffer_size(buffer);
    uint8_t *bytes = malloc(size);
    memcpy(bytes, cstm_buffer_data(buffer), size);
    for (size_t cut = 0; cut < size; cut++) {
        cstm_status status = read_bytes(bank, bytes, cut);
        ck_assert_msg(status == CSTM_ERROR_CORRUPT, "cut to %zu: %s", cut,
                      cstm_status_name(status));
    }
    for (size_t at = 0; at < size; at++) {
        bytes[at] ^= (uint8_t) (1 << at % 8);
        cstm_status status = read_bytes(bank, bytes, size);
        ck_assert_msg(status == CSTM_ERROR_CORRUPT || status == CSTM_ERROR_VERSION, "byte %zu: %s",
                      at, cstm_status_name(status));
        bytes[at] ^= (uint8_t) (1 << at % 8);
    }
    ck_assert_int_eq(read_bytes(bank, bytes, size), CSTM_OK);
    free(bytes);
    cstm_buffer_free(buffer);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

/* With the checksum mended, some changes are other facts; then what is read is written back as it
 * was read. */
START_TEST(bytes_that_are_taken_in_are_written_back)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_of_the_story(bank, "2004-04-01");
    cstm_buffer *buffer = bytes_of(customer);
    size_t size = cstm_buffer_size(buffer);
    uint8_t *bytes = malloc(size);
    int taken = 0;
    for (size_t at = 0; at < size - 4; at++) {
        for (int change = 0; change < 3; change++) {
            memcpy(bytes, cstm_buffer_data(buffer), size);
            bytes[at] = change == 0   ? (uint8_t) (bytes[at] + 1)
                        : change == 1 ? 0xff
                                      : (uint8_t) (bytes[at] ^ 0x80);
            mend_checksum(bytes, size);
            cstm_profile *profile = NULL;
            cstm_error *error = NULL;
            cstm_status status = cstm_profile_read(bank, bytes, size, &profile, NULL, &error);
            ck_assert(status == CSTM_OK || status == CSTM_ERROR_CORRUPT ||
                      status == CSTM_ERROR_VERSION || status == CSTM_ERROR_MISMATCH);
            if (status == CSTM_OK) {
                cstm_profile *again = restored(bank, profile);
                assert_same_bytes(profile, again);
                cstm_profile_free(again);
                taken++;
            }
            cstm_error_free(error);
            cstm_profile_free(profile);
        }
    }
    ck_assert_int_gt(taken, 0);
    free(bytes);
    cstm_buffer_free(buffer);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(section_of_a_later_release_is_carried_along)
{
    static const uint8_t later[] = {77, 0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o'}; /* tag, size, bytes */
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_of_the_story(bank, "2004-04-01");
    cstm_buffer *buffer = bytes_of(customer);
    size_t size = cstm_buffer_size(buffer);
    uint8_t *bytes = malloc(size + sizeof later);
    memcpy(bytes, cstm_buffer_data(buffer), size - 4);
    memcpy(bytes + size - 4, later, sizeof later);
    mend_checksum(bytes, size + sizeof later);
    cstm_profile *again = NULL;
    ck_assert_int_eq(cstm_profile_read(bank, bytes, size + sizeof later, &again, NULL, NULL),
                     CSTM_OK);
    cstm_buffer *back = bytes_of(again);
    ck_assert_uint_eq(cstm_buffer_size(back), size + sizeof later);
    ck_assert_mem_eq(cstm_buffer_data(back), bytes, size + sizeof later);
    ck_assert_int_eq(cstm_profile_merge(customer, again, NULL),
                     CSTM_OK); /* sealed apart, but the section lives */
    cstm_buffer *merged = bytes_of(customer);
    ck_assert_mem_eq(cstm_buffer_data(merged) + cstm_buffer_size(merged) - 4 - sizeof later, later,
                     sizeof later);
    cstm_buffer_free(merged);
    cstm_buffer_free(back);
    cstm_profile_free(again);
    free(bytes);
    cstm_buffer_free(buffer);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(later_formats_are_told_from_damage)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_of_the_story(bank, NULL);
    cstm_buffer *buffer = bytes_of(customer);
    size_t size = cstm_buffer_size(buffer);
    uint8_t *bytes = malloc(size);
    memcpy(bytes, cstm_buffer_data(buffer), size);
    bytes[8] = 2; /* the version */
    ck_assert_int_eq(read_bytes(bank, bytes, size), CSTM_ERROR_VERSION);
    bytes[8] = 0;
    ck_assert_int_eq(read_bytes(bank, bytes, size), CSTM_ERROR_CORRUPT);
    bytes[8] = 1;
    bytes[12] = 1; /* a flag */
    ck_assert_int_eq(read_bytes(bank, bytes, size), CSTM_ERROR_VERSION);
    ck_assert_int_eq(read_bytes(bank, (const uint8_t *) "", 0), CSTM_ERROR_CORRUPT);
    ck_assert_int_eq(cstm_profile_read(bank, NULL, 0, &customer, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_write(customer, NULL, NULL), CSTM_ERROR_MISUSE);
    free(bytes);
    cstm_buffer_free(buffer);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(bytes_of_another_currency_or_zone_do_not_match)
{
    cstm_strategy *bank = bank_new();
    cstm_strategy *yen = bank_with((const char *const[]){"currency: TWD", "currency: JPY", NULL});
    cstm_strategy *abroad = bank_with((const char *const[]){"Asia/Taipei", "Asia/Tokyo", NULL});
    cstm_profile *customer = customer_of_the_story(bank, "2004-04-01");
    cstm_buffer *buffer = bytes_of(customer);
    ck_assert_int_eq(read_bytes(yen, cstm_buffer_data(buffer), cstm_buffer_size(buffer)),
                     CSTM_ERROR_MISMATCH);
    ck_assert_int_eq(read_bytes(abroad, cstm_buffer_data(buffer), cstm_buffer_size(buffer)),
                     CSTM_ERROR_MISMATCH);
    cstm_buffer_free(buffer);
    cstm_profile_free(customer);
    cstm_strategy_unref(yen);
    cstm_strategy_unref(abroad);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("bytes");
    TCase *tcase = tcase_create("bytes");
    tcase_set_timeout(tcase, 240);
    tcase_add_test(tcase, restore_of_serialise_is_identity);
    tcase_add_test(tcase, restored_profile_goes_on_as_the_original);
    tcase_add_test(tcase, every_cut_and_every_flipped_bit_is_refused);
    tcase_add_test(tcase, bytes_that_are_taken_in_are_written_back);
    tcase_add_test(tcase, section_of_a_later_release_is_carried_along);
    tcase_add_test(tcase, later_formats_are_told_from_damage);
    tcase_add_test(tcase, bytes_of_another_currency_or_zone_do_not_match);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
