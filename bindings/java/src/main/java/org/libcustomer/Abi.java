// Generated from the public headers by tests/abi/api.py: do not edit.
package org.libcustomer;

import com.sun.jna.Callback;
import com.sun.jna.Pointer;

/** Every public function of the C library, bound by name. Not public: the classes of this package are. */
final class Abi {
    static final long CSTM_ALWAYS = -62135596800000000L;
    static final int CSTM_BINS_LIMIT = 100000;
    static final int CSTM_CHARACTERISTICS_LIMIT = 1000;
    static final int CSTM_CSV_COLLECT = 1;
    static final int CSTM_CSV_RECORD_LIMIT = 16777216;
    static final int CSTM_CSV_STOP = 0;
    static final int CSTM_DOCUMENT_LIMIT = 16777216;
    static final int CSTM_ENCODING_GB18030 = 1;
    static final int CSTM_ENCODING_UTF8 = 0;
    static final int CSTM_ENTITY_CUSTOMER = 0;
    static final int CSTM_ERROR_CANCELLED = 14;
    static final int CSTM_ERROR_CORRUPT = 12;
    static final int CSTM_ERROR_CYCLE = 16;
    static final int CSTM_ERROR_DIVIDE = 19;
    static final int CSTM_ERROR_DUPLICATE = 8;
    static final int CSTM_ERROR_IO = 3;
    static final int CSTM_ERROR_LATE = 10;
    static final int CSTM_ERROR_LIMIT = 15;
    static final int CSTM_ERROR_MISMATCH = 21;
    static final int CSTM_ERROR_MISSING = 9;
    static final int CSTM_ERROR_MISUSE = 1;
    static final int CSTM_ERROR_NOT_FINITE = 20;
    static final int CSTM_ERROR_NO_MEMORY = 2;
    static final int CSTM_ERROR_PAST = 11;
    static final int CSTM_ERROR_PRIVACY = 17;
    static final int CSTM_ERROR_RANGE = 6;
    static final int CSTM_ERROR_SEALED_APART = 22;
    static final int CSTM_ERROR_SYNTAX = 4;
    static final int CSTM_ERROR_TYPE = 5;
    static final int CSTM_ERROR_UNKNOWN = 7;
    static final int CSTM_ERROR_UNREACHABLE = 18;
    static final int CSTM_ERROR_UNSUPPORTED = 23;
    static final int CSTM_ERROR_VERSION = 13;
    static final int CSTM_FATE_DROPPED = 3;
    static final int CSTM_FATE_KEPT = 1;
    static final int CSTM_FATE_WARMING = 2;
    static final int CSTM_HIGHER_IS_RISKIER = 1;
    static final int CSTM_HIGHER_IS_SAFER = 0;
    static final int CSTM_LAYOUT_BYTES = 1;
    static final int CSTM_LAYOUT_CHARACTERS = 2;
    static final int CSTM_LAYOUT_DELIMITED = 0;
    static final int CSTM_LAYOUT_FRAME_LIMIT = 1000;
    static final int CSTM_LAYOUT_MARK_LIMIT = 16;
    static final int CSTM_LAYOUT_POSITION_LIMIT = 16777216;
    static final int CSTM_MONEY_DOUBLE = 3;
    static final int CSTM_MONEY_MAJOR = 2;
    static final int CSTM_MONEY_MINOR = 1;
    static final int CSTM_OK = 0;
    static final int CSTM_PART_ATTRIBUTE = 2;
    static final int CSTM_PART_ENTITY = 1;
    static final int CSTM_PART_EVENT = 3;
    static final int CSTM_PART_FEATURE = 4;
    static final int CSTM_PART_LIFECYCLE = 5;
    static final int CSTM_PART_SCORE = 6;
    static final int CSTM_PART_SEGMENT = 7;
    static final int CSTM_PART_SOURCE = 8;
    static final int CSTM_QUANTILE_POINTS = 10000;
    static final int CSTM_REASONS_APART = 2;
    static final int CSTM_REASONS_BELOW_BEST = 0;
    static final int CSTM_REASONS_BELOW_NEUTRAL = 1;
    static final int CSTM_REASONS_GREATEST = 1;
    static final int CSTM_REASONS_LIMIT = 10;
    static final int CSTM_REASONS_SUMMED = 0;
    static final int CSTM_ROW_DOUBLE = 2;
    static final int CSTM_ROW_INT64 = 1;
    static final int CSTM_ROW_MISSING = 0;
    static final int CSTM_ROW_TEXT = 3;
    static final int CSTM_RULE_LIMIT = 1048576;
    static final int CSTM_RUN_ALL = 15;
    static final int CSTM_RUN_FEATURES = 1;
    static final int CSTM_RUN_LIFECYCLES = 2;
    static final int CSTM_RUN_SCORES = 4;
    static final int CSTM_RUN_SEGMENTS = 8;
    static final int CSTM_SIGN_LEADING = 0;
    static final int CSTM_SIGN_OVERPUNCH = 2;
    static final int CSTM_SIGN_TRAILING = 1;
    static final int CSTM_SOURCE_ATTRIBUTES = 1;
    static final int CSTM_SOURCE_ENTITIES = 0;
    static final int CSTM_SOURCE_EVENTS = 2;
    static final int CSTM_STATE_ERROR = 2;
    static final int CSTM_STATE_MISSING = 1;
    static final int CSTM_STATE_VALUE = 0;
    static final int CSTM_TOTAL_ABSOLUTE = 2;
    static final int CSTM_TOTAL_COUNT = 0;
    static final int CSTM_TOTAL_SUM = 1;
    static final int CSTM_TYPE_BOOL = 1;
    static final int CSTM_TYPE_DATE = 5;
    static final int CSTM_TYPE_DECIMAL = 9;
    static final int CSTM_TYPE_DOUBLE = 3;
    static final int CSTM_TYPE_INT = 2;
    static final int CSTM_TYPE_MONEY = 7;
    static final int CSTM_TYPE_NONE = 0;
    static final int CSTM_TYPE_STRING = 4;
    static final int CSTM_TYPE_STRINGS = 8;
    static final int CSTM_TYPE_TIMESTAMP = 6;
    static final long CSTM_VALIDATION_LIMIT = 4294967295L;
    static final int CSTM_VERDICT_MET = 1;
    static final int CSTM_VERDICT_NOT_MET = 0;
    static final int CSTM_VERDICT_UNDECIDED = 2;
    static final int CSTM_VERSION_MAJOR = 0;
    static final int CSTM_VERSION_MINOR = 1;
    static final int CSTM_VERSION_PATCH = 0;

    static {
        Loader.register(Abi.class);
    }

    private Abi() {
    }

    interface ProgressFunction extends Callback {
        int invoke(Pointer data, long done, long total);
    }

    interface TaskFunction extends Callback {
        void invoke(Pointer argument, long index);
    }

    interface ExecutorSubmit extends Callback {
        int invoke(Pointer data, TaskFunction task, Pointer argument, long count);
    }

    interface ExecutorWait extends Callback {
        void invoke(Pointer data);
    }

    static native int cstm_error_code(long error);

    static native long cstm_error_message(long error);

    static native long cstm_error_file(long error);

    static native long cstm_error_line(long error);

    static native long cstm_error_column(long error);

    static native long cstm_error_row(long error);

    static native long cstm_error_field(long error);

    static native long cstm_error_next(long error);

    static native void cstm_error_free(long error);

    static native long cstm_status_name(int status);

    static native long cstm_buffer_data(long buffer);

    static native long cstm_buffer_size(long buffer);

    static native void cstm_buffer_free(long buffer);

    static native int cstm_cancel_new(long[] cancel, long[] error);

    static native void cstm_cancel_request(long cancel);

    static native int cstm_cancel_requested(long cancel);

    static native void cstm_cancel_free(long cancel);

    static native int cstm_currency_exponent(byte[] currency);

    static native int cstm_money_parse(byte[] text, long size, byte[] currency, long[] minor, long[] error);

    static native int cstm_money_format(
            long minor, byte[] currency, byte[] text, long capacity, long[] error);

    static native int cstm_batch_new(long strategy, long[] batch, long[] error);

    static native void cstm_batch_free(long batch);

    static native int cstm_batch_add_entities(long batch, int kind, long table, long[] error);

    static native int cstm_batch_add_attributes(long batch, int kind, long table, long[] error);

    static native int cstm_batch_add_events(long batch, int event, long table, long[] error);

    static native int cstm_batch_observe(long batch, int event, long from, long[] error);

    static native int cstm_batch_observe_until(long batch, int event, long until, long[] error);

    static native int cstm_batch_set_parts(long batch, int parts, long[] error);

    static native int cstm_batch_set_threads(long batch, int nThreads, long[] error);

    static native int cstm_batch_set_executor(
            long batch, ExecutorSubmit submit, ExecutorWait wait, long data, long[] error);

    static native int cstm_batch_set_progress(
            long batch, ProgressFunction progress, long data, long cancel, long[] error);

    static native int cstm_batch_run(long batch, long asOf, long[] result, long[] error);

    static native int cstm_batch_run_dates(long batch, long dates, long[] result, long[] error);

    static native int cstm_batch_profile(
            long batch, byte[] key, long size, long asOf, long[] profile, long[] error);

    static native long cstm_result_table(long result, int kind);

    static native long cstm_result_rejected(long result);

    static native long cstm_result_errors(long result);

    static native long cstm_result_report(long result);

    static native int cstm_result_funnel(long result, int lifecycle, int day, long[] table, long[] error);

    static native int cstm_result_transitions(
            long result, int lifecycle, int after, int until, long[] table, long[] error);

    static native int cstm_result_membership(long result, int segment, long[] membership, long[] error);

    static native int cstm_result_segments(long result, long[] table, long[] error);

    static native int cstm_result_overlap(long result, int kind, long[] table, long[] error);

    static native long cstm_result_digest(long result);

    static native void cstm_result_free(long result);

    static native int cstm_stream_new(
            long batch, int kind, long asOf, long dates, long[] stream, long[] error);

    static native void cstm_stream_free(long stream);

    static native int cstm_stream_set_rows(long stream, long rows, long[] error);

    static native int cstm_stream_add(long stream, int source, int index, long input, long[] error);

    static native int cstm_stream_declare_money(
            long stream, int source, int index, byte[] column, byte[] currency, int how, long[]
            error);

    static native int cstm_stream_next(long stream, long[] table, long[] error);

    static native int cstm_stream_export(long stream, long out, long[] error);

    static native int cstm_stream_rejected(long stream, long[] table, long[] error);

    static native int cstm_stream_errors(long stream, long[] table, long[] error);

    static native int cstm_stream_report(long stream, long[] table, long[] error);

    static native int cstm_event_new(long strategy, int kind, long[] event, long[] error);

    static native void cstm_event_free(long event);

    static native int cstm_event_clear(long event, long[] error);

    static native int cstm_event_set_entity(long event, int entity, long[] error);

    static native int cstm_event_set_id(long event, byte[] id, long size, long[] error);

    static native int cstm_event_set_delivery(long event, long number, long[] error);

    static native int cstm_event_set_time(long event, long time, long[] error);

    static native int cstm_event_set_bool(long event, int field, int value, long[] error);

    static native int cstm_event_set_int64(long event, int field, long value, long[] error);

    static native int cstm_event_set_double(long event, int field, double value, long[] error);

    static native int cstm_event_set_string(long event, int field, byte[] text, long size, long[] error);

    static native int cstm_event_set_date(long event, int field, int value, long[] error);

    static native int cstm_event_set_timestamp(long event, int field, long value, long[] error);

    static native int cstm_event_set_money(long event, int field, long value, long[] error);

    static native int cstm_event_set_missing(long event, int field, long[] error);

    static native int cstm_event_set_row(long event, byte[] row, long size, long[] error);

    static native int cstm_layout_new(int form, int encoding, long[] layout, long[] error);

    static native void cstm_layout_free(long layout);

    static native int cstm_layout_add_column(
            long layout, byte[] name, int type, int start, int width, long[] error);

    static native int cstm_layout_set_delimiter(long layout, byte[] bytes, long size, long[] error);

    static native int cstm_layout_set_quote(long layout, int quote, long[] error);

    static native int cstm_layout_set_record_end(long layout, byte[] bytes, long size, long[] error);

    static native int cstm_layout_set_record_size(long layout, long size, long[] error);

    static native int cstm_layout_set_frame(long layout, int before, int names, int after, long[] error);

    static native int cstm_layout_set_fields(long layout, int fields, long[] error);

    static native int cstm_layout_add_comment(long layout, byte[] bytes, long size, long[] error);

    static native int cstm_layout_add_total(
            long layout, int kind, byte[] name, int record, int start, int width, long[] error);

    static native int cstm_layout_set_padding(long layout, byte[] name, int left, int right, long[] error);

    static native int cstm_layout_set_format(long layout, byte[] name, byte[] format, long[] error);

    static native int cstm_layout_add_missing(long layout, byte[] name, byte[] text, long[] error);

    static native int cstm_layout_set_number(
            long layout, byte[] name, int decimals, int sign, int separator, long[] error);

    static native int cstm_layout_set_sign(
            long layout, byte[] name, int start, int width, byte[] positive, byte[] negative, long[]
            error);

    static native int cstm_layout_set_zone(long layout, byte[] zone, long[] error);

    static native int cstm_layout_set_currency(long layout, byte[] currency, long[] error);

    static native int cstm_layout_set_reject(long layout, int reject, long limit, long[] error);

    static native int cstm_layout_read_file(
            long layout, byte[] path, ProgressFunction progress, long progressData, long cancel,
            long[] table, long[] rejected, long[] error);

    static native int cstm_layout_read_bytes(
            long layout, byte[] name, byte[] bytes, long size, long[] table, long[] rejected, long[]
            error);

    static native int cstm_outcome_new(long strategy, long[] outcome, long[] error);

    static native void cstm_outcome_free(long outcome);

    static native long cstm_outcome_as_of(long outcome);

    static native long cstm_outcome_digest(long outcome);

    static native int cstm_outcome_state(long outcome, int part, int index, int entity);

    static native int cstm_outcome_status(long outcome, int part, int index, int entity);

    static native long cstm_outcome_int64(long outcome, int part, int index, int entity);

    static native double cstm_outcome_double(long outcome, int part, int index, int entity);

    static native long cstm_outcome_string(long outcome, int part, int index, int entity, long[] size);

    static native int cstm_outcome_changed(long outcome, int part, int index, int entity);

    static native int cstm_outcome_changed_count(long outcome, int part);

    static native int cstm_outcome_verdict(long outcome, int segment, int entity);

    static native int cstm_outcome_entity_count(long outcome);

    static native int cstm_outcome_stage(long outcome, int lifecycle, int entity);

    static native long cstm_outcome_stage_name(long outcome, int lifecycle, int entity);

    static native int cstm_outcome_stage_since(long outcome, int lifecycle, int entity);

    static native int cstm_outcome_stage_days(long outcome, int lifecycle, int entity);

    static native int cstm_outcome_stage_censored(long outcome, int lifecycle, int entity);

    static native int cstm_outcome_stage_from(long outcome, int lifecycle, int entity);

    static native int cstm_outcome_transition(long outcome, int lifecycle, int entity);

    static native int cstm_outcome_reason_count(long outcome, int score, int entity);

    static native long cstm_outcome_reason_code(long outcome, int score, int entity, int index);

    static native double cstm_outcome_reason_points(long outcome, int score, int entity, int index);

    static native int cstm_profile_new(long strategy, byte[] key, long size, long[] profile, long[] error);

    static native void cstm_profile_free(long profile);

    static native long cstm_profile_key(long profile, long[] size);

    static native long cstm_profile_revision(long profile);

    static native int cstm_profile_sealed_day(long profile);

    static native int cstm_profile_entity(
            long profile, int kind, int parent, byte[] key, long size, int[] entity, long[] error);

    static native int cstm_profile_entity_count(long profile);

    static native int cstm_profile_entity_kind(long profile, int entity);

    static native int cstm_profile_entity_parent(long profile, int entity);

    static native long cstm_profile_entity_key(long profile, int entity, long[] size);

    static native int cstm_profile_set_bool(
            long profile, int entity, int attribute, int value, long at, byte[] id, long idSize,
            long[] error);

    static native int cstm_profile_set_int64(
            long profile, int entity, int attribute, long value, long at, byte[] id, long idSize,
            long[] error);

    static native int cstm_profile_set_double(
            long profile, int entity, int attribute, double value, long at, byte[] id, long idSize,
            long[] error);

    static native int cstm_profile_set_string(
            long profile, int entity, int attribute, byte[] text, long size, long at, byte[] id,
            long idSize, long[] error);

    static native int cstm_profile_set_date(
            long profile, int entity, int attribute, int value, long at, byte[] id, long idSize,
            long[] error);

    static native int cstm_profile_set_timestamp(
            long profile, int entity, int attribute, long value, long at, byte[] id, long idSize,
            long[] error);

    static native int cstm_profile_set_money(
            long profile, int entity, int attribute, long value, long at, byte[] id, long idSize,
            long[] error);

    static native int cstm_profile_set_missing(
            long profile, int entity, int attribute, long at, byte[] id, long idSize, long[] error);

    static native int cstm_profile_set_row(
            long profile, int entity, byte[] row, long size, long at, byte[] id, long idSize, long[]
            error);

    static native int cstm_profile_observe(long profile, int kind, long from, long[] error);

    static native int cstm_profile_replace_day(long profile, int source, int day, long number, long[] error);

    static native int cstm_profile_unmatched(long profile, int kind, long asOf, long[] count, long[] error);

    static native int cstm_profile_record(long profile, long event, long[] error);

    static native int cstm_profile_advance(long profile, long asOf, long[] error);

    static native int cstm_profile_evaluate(long profile, long asOf, long outcome, long[] error);

    static native int cstm_profile_explain(
            long profile, long asOf, int part, int index, int entity, long[] explanation, long[]
            error);

    static native int cstm_profile_nearest(
            long profile, long asOf, int part, int index, int entity, long[] nearest, long[] error);

    static native int cstm_profile_write(long profile, long[] buffer, long[] error);

    static native int cstm_profile_footprint(long profile, long[] table, long[] error);

    static native int cstm_strategy_footprint(long strategy, long[] table, long[] error);

    static native int cstm_profile_read(
            long strategy, byte[] bytes, long size, long[] profile, long[] migration, long[] error);

    static native int cstm_profile_merge(long profile, long other, long[] error);

    static native int cstm_migration_count(long migration);

    static native long cstm_migration_name(long migration, int index);

    static native int cstm_migration_fate(long migration, int index);

    static native int cstm_migration_complete_day(long migration, int index);

    static native void cstm_migration_free(long migration);

    static native int cstm_scope_new(byte[] currency, byte[] zone, long[] scope, long[] error);

    static native int cstm_scope_declare(long scope, byte[] name, int type, long[] error);

    static native void cstm_scope_free(long scope);

    static native int cstm_rule_compile(
            long scope, byte[] text, long size, int type, long[] rule, long[] error);

    static native long cstm_rule_ref(long rule);

    static native void cstm_rule_unref(long rule);

    static native int cstm_rule_type(long rule);

    static native long cstm_rule_text(long rule);

    static native int cstm_rule_read_count(long rule);

    static native long cstm_rule_read_name(long rule, int i);

    static native long cstm_rule_cost(long rule);

    static native long cstm_rule_warnings(long rule);

    static native int cstm_rule_evaluate(long rule, long table, long[] result, long[] error);

    static native int cstm_rule_explain(long rule, long table, long row, long[] explanation, long[] error);

    static native int cstm_activation_new(long rule, long[] activation, long[] error);

    static native void cstm_activation_free(long activation);

    static native int cstm_activation_set_missing(long activation, int i, long[] error);

    static native int cstm_activation_set_int64(long activation, int i, long value, long[] error);

    static native int cstm_activation_set_double(long activation, int i, double value, long[] error);

    static native int cstm_activation_set_string(
            long activation, int i, byte[] text, long size, long[] error);

    static native int cstm_activation_evaluate(long activation, long[] error);

    static native int cstm_activation_status(long activation);

    static native long cstm_activation_int64(long activation);

    static native double cstm_activation_double(long activation);

    static native long cstm_activation_string(long activation, long[] size);

    static native int cstm_activation_explain(long activation, long[] explanation, long[] error);

    static native int cstm_explanation_count(long explanation);

    static native long cstm_explanation_text(long explanation, int i);

    static native long cstm_explanation_value(long explanation, int i);

    static native int cstm_explanation_state(long explanation, int i);

    static native int cstm_explanation_status(long explanation, int i);

    static native int cstm_explanation_depth(long explanation, int i);

    static native int cstm_explanation_decisive(long explanation, int i);

    static native void cstm_explanation_free(long explanation);

    static native int cstm_rule_nearest(long rule, long table, long row, long[] nearest, long[] error);

    static native int cstm_activation_nearest(long activation, long[] nearest, long[] error);

    static native int cstm_nearest_possible(long nearest);

    static native int cstm_nearest_exact(long nearest);

    static native int cstm_nearest_transition(long nearest);

    static native int cstm_nearest_outcome(long nearest);

    static native int cstm_nearest_count(long nearest);

    static native long cstm_nearest_name(long nearest, int i);

    static native long cstm_nearest_present(long nearest, int i);

    static native int cstm_nearest_present_state(long nearest, int i);

    static native long cstm_nearest_condition(long nearest, int i);

    static native long cstm_nearest_value(long nearest, int i);

    static native int cstm_nearest_type(long nearest, int i);

    static native long cstm_nearest_int64(long nearest, int i);

    static native double cstm_nearest_double(long nearest, int i);

    static native long cstm_nearest_string(long nearest, int i, long[] size);

    static native void cstm_nearest_free(long nearest);

    static native int cstm_scorecard_new(byte[] name, double base, long[] card, long[] error);

    static native void cstm_scorecard_free(long card);

    static native int cstm_scorecard_set_reasons(long card, int method, int sharing, int count, long[] error);

    static native int cstm_scorecard_set_scaling(
            long card, double pointsToDouble, double odds, double at, long[] error);

    static native int cstm_scorecard_add_characteristic(
            long card, byte[] name, byte[] input, int type, byte[] reason, int[] characteristic,
            long[] error);

    static native int cstm_scorecard_set_neutral(long card, int characteristic, double points, long[] error);

    static native int cstm_scorecard_add_bin_up_to(
            long card, int characteristic, double upTo, double points, byte[] reason, long[] error);

    static native int cstm_scorecard_add_bin_above(
            long card, int characteristic, double above, double points, byte[] reason, long[]
            error);

    static native int cstm_scorecard_add_bin_text(
            long card, int characteristic, byte[] text, long size, double points, byte[] reason,
            long[] error);

    static native int cstm_scorecard_add_bin_missing(
            long card, int characteristic, double points, byte[] reason, long[] error);

    static native int cstm_scorecard_add_bin_other(
            long card, int characteristic, double points, byte[] reason, long[] error);

    static native int cstm_scorecard_build(long card, byte[] currency, long[] scorer, long[] error);

    static native long cstm_scorer_ref(long scorer);

    static native void cstm_scorer_unref(long scorer);

    static native long cstm_scorer_kind(long scorer);

    static native long cstm_scorer_name(long scorer);

    static native long cstm_scorer_digest(long scorer);

    static native int cstm_scorer_input_count(long scorer);

    static native long cstm_scorer_input_name(long scorer, int input);

    static native int cstm_scorer_input_type(long scorer, int input);

    static native int cstm_scorer_reason_count(long scorer);

    static native long cstm_scorer_reason_code(long scorer, int reason);

    static native int cstm_scorer_score_table(
            long scorer, long table, int nThreads, ProgressFunction progress, long progressData,
            long cancel, long[] result, long[] error);

    static native int cstm_validation_new(
            double[] scores, byte[] outcomes, double[] weights, long rows, int higherIs, long[]
            validation, long[] error);

    static native void cstm_validation_free(long validation);

    static native long cstm_validation_rows(long validation);

    static native long cstm_validation_events(long validation);

    static native int cstm_validation_state(long validation);

    static native double cstm_validation_auc(long validation);

    static native double cstm_validation_gini(long validation);

    static native double cstm_validation_ks(long validation);

    static native double cstm_validation_ks_cut(long validation);

    static native double cstm_validation_brier(long validation);

    static native int cstm_validation_brier_state(long validation);

    static native int cstm_validation_bands(long validation, int nBands, long[] table, long[] error);

    static native int cstm_validation_bands_at(
            long validation, double[] cuts, int nCuts, long[] table, long[] error);

    static native int cstm_membership_of_rule(
            long rule, long table, byte[] key, long[] membership, long[] error);

    static native int cstm_membership_of_table(
            long table, byte[] column, byte[] status, byte[] key, long[] membership, long[] error);

    static native int cstm_membership_and(long membership, long other, long[] both, long[] error);

    static native int cstm_membership_or(long membership, long other, long[] either, long[] error);

    static native int cstm_membership_minus(long membership, long other, long[] rest, long[] error);

    static native int cstm_membership_not(long membership, long[] others, long[] error);

    static native long cstm_membership_rows(long membership);

    static native long cstm_membership_count(long membership, int verdict);

    static native int cstm_membership_verdict(long membership, long row);

    static native int cstm_membership_status(long membership, long row);

    static native long cstm_membership_bits(long membership, int verdict, long[] size);

    static native int cstm_membership_select(long membership, int verdict, long[] table, long[] error);

    static native int cstm_membership_table(long membership, long[] table, long[] error);

    static native int cstm_membership_overlap(
            long membership, long other, long[] both, long[] either, long[] undecided, long[]
            error);

    static native int cstm_membership_changes(long membership, long earlier, long[] table, long[] error);

    static native int cstm_membership_turnover(long membership, long earlier, long[] table, long[] error);

    static native void cstm_membership_free(long membership);

    static native int cstm_strategy_load(byte[] path, long[] strategy, long[] error);

    static native int cstm_strategy_parse(byte[] text, long size, byte[] name, long[] strategy, long[] error);

    static native int cstm_strategy_parse_with(
            byte[] text, long size, byte[] name, long files, long[] strategy, long[] error);

    static native int cstm_files_new(long[] files, long[] error);

    static native int cstm_files_add(long files, byte[] name, byte[] text, long size, long[] error);

    static native void cstm_files_free(long files);

    static native int cstm_quantiles_measure(
            long table, byte[] column, byte[] name, int day, int points, byte[] before, long size,
            long[] text, long[] error);

    static native long cstm_strategy_ref(long strategy);

    static native void cstm_strategy_unref(long strategy);

    static native long cstm_strategy_name(long strategy);

    static native long cstm_strategy_version(long strategy);

    static native long cstm_strategy_digest(long strategy);

    static native long cstm_strategy_warnings(long strategy);

    static native long cstm_strategy_currency(long strategy);

    static native long cstm_strategy_timezone(long strategy);

    static native int cstm_strategy_count(long strategy, int part);

    static native int cstm_strategy_find(long strategy, int part, byte[] name);

    static native long cstm_strategy_part_name(long strategy, int part, int index);

    static native int cstm_strategy_part_entity(long strategy, int part, int index);

    static native int cstm_strategy_part_type(long strategy, int part, int index);

    static native long cstm_strategy_part_purpose(long strategy, int part, int index);

    static native long cstm_strategy_part_rule(long strategy, int part, int index);

    static native int cstm_strategy_field_count(long strategy, int event);

    static native long cstm_strategy_field_name(long strategy, int event, int field);

    static native int cstm_strategy_field_type(long strategy, int event, int field);

    static native int cstm_strategy_find_field(long strategy, int event, byte[] name);

    static native int cstm_strategy_stage_count(long strategy, int lifecycle);

    static native long cstm_strategy_stage_name(long strategy, int lifecycle, int stage);

    static native int cstm_strategy_scorer(long strategy, int score, long[] scorer, long[] error);

    static native int cstm_strategy_parse_time(
            long strategy, byte[] text, long size, int endOfDay, long[] instant, long[] error);

    static native int cstm_strategy_day(long strategy, long instant, int[] day, long[] error);

    static native int cstm_table_new(long[] table, long[] error);

    static native void cstm_table_free(long table);

    static native int cstm_table_add_bool(
            long table, byte[] name, byte[] values, byte[] valid, long rows, long[] error);

    static native int cstm_table_add_int64(
            long table, byte[] name, long[] values, byte[] valid, long rows, long[] error);

    static native int cstm_table_add_double(
            long table, byte[] name, double[] values, byte[] valid, long rows, long[] error);

    static native int cstm_table_add_date(
            long table, byte[] name, int[] values, byte[] valid, long rows, long[] error);

    static native int cstm_table_add_timestamp(
            long table, byte[] name, long[] values, byte[] valid, long rows, long[] error);

    static native int cstm_table_add_money(
            long table, byte[] name, long[] values, byte[] valid, long rows, byte[] currency, long[]
            error);

    static native int cstm_table_add_string(
            long table, byte[] name, long[] offsets, byte[] bytes, byte[] valid, long rows, long[]
            error);

    static native int cstm_table_add_strings(
            long table, byte[] name, long[] listOffsets, long[] offsets, byte[] bytes, byte[] valid,
            long rows, long[] error);

    static native int cstm_table_declare_money(
            long table, byte[] name, byte[] currency, int how, long[] error);

    static native long cstm_table_rows(long table);

    static native int cstm_table_columns(long table);

    static native long cstm_table_column_name(long table, int column);

    static native int cstm_table_column_type(long table, int column);

    static native long cstm_table_column_currency(long table, int column);

    static native int cstm_table_column_exponent(long table, int column);

    static native int cstm_table_column_civil(long table, int column);

    static native int cstm_table_find(long table, byte[] name);

    static native int cstm_table_state(long table, long row, int column);

    static native int cstm_table_bool(long table, long row, int column);

    static native long cstm_table_int64(long table, long row, int column);

    static native double cstm_table_double(long table, long row, int column);

    static native int cstm_table_date(long table, long row, int column);

    static native long cstm_table_timestamp(long table, long row, int column);

    static native long cstm_table_money(long table, long row, int column);

    static native int cstm_table_decimal(long table, long row, int column, long[] high, long[] low);

    static native long cstm_table_string(long table, long row, int column, long[] size);

    static native long cstm_table_string_count(long table, long row, int column);

    static native long cstm_table_string_item(long table, long row, int column, long item, long[] size);

    static native long cstm_table_valid(long table, int column);

    static native long cstm_table_bool_values(long table, int column);

    static native long cstm_table_int64_values(long table, int column);

    static native long cstm_table_double_values(long table, int column);

    static native long cstm_table_date_values(long table, int column);

    static native int cstm_table_import_arrow(long schema, long array, long[] table, long[] error);

    static native int cstm_table_import_stream(long stream, long[] table, long[] error);

    static native int cstm_table_export_arrow(long table, long schema, long array, long[] error);

    static native int cstm_table_export_stream(long table, long stream, long[] error);

    static native int cstm_csv_new(long[] csv, long[] error);

    static native void cstm_csv_free(long csv);

    static native int cstm_csv_add_column(long csv, byte[] name, int type, long[] error);

    static native int cstm_csv_set_delimiter(long csv, int delimiter, long[] error);

    static native int cstm_csv_set_missing(long csv, byte[] text, long[] error);

    static native int cstm_csv_set_zone(long csv, byte[] zone, long[] error);

    static native int cstm_csv_set_currency(long csv, byte[] currency, long[] error);

    static native int cstm_csv_set_header(long csv, int header, long[] error);

    static native int cstm_csv_set_reject(long csv, int reject, long[] error);

    static native int cstm_csv_read_file(
            long csv, byte[] path, ProgressFunction progress, long progressData, long cancel, long[]
            table, long[] rejected, long[] error);

    static native int cstm_csv_read_bytes(
            long csv, byte[] name, byte[] bytes, long size, long[] table, long[] rejected, long[]
            error);

    static native int cstm_table_write_csv(long table, byte[] path, long[] error);

    static native int cstm_table_write_csv_buffer(long table, long[] buffer, long[] error);

    static native int cstm_version_number();

    static native long cstm_version_text();
}
