// Generated from the public headers by tests/abi/api.py: do not edit.
package org.libcustomer;

import com.sun.jna.Callback;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;

/** Every public function of the C library, bound by name. Not public: the classes of this package are. */
final class Native {
    static final long CSTM_ALWAYS = -62135596800000000L;
    static final int CSTM_BINS_LIMIT = 100000;
    static final int CSTM_CHARACTERISTICS_LIMIT = 1000;
    static final int CSTM_CSV_COLLECT = 1;
    static final int CSTM_CSV_RECORD_LIMIT = 16777216;
    static final int CSTM_CSV_STOP = 0;
    static final int CSTM_DOCUMENT_LIMIT = 16777216;
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
    static final int CSTM_RUN_ALL = 7;
    static final int CSTM_RUN_FEATURES = 1;
    static final int CSTM_RUN_LIFECYCLES = 2;
    static final int CSTM_RUN_SCORES = 4;
    static final int CSTM_STATE_ERROR = 2;
    static final int CSTM_STATE_MISSING = 1;
    static final int CSTM_STATE_VALUE = 0;
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
    static final int CSTM_VERSION_MAJOR = 0;
    static final int CSTM_VERSION_MINOR = 1;
    static final int CSTM_VERSION_PATCH = 0;

    private Native() {
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

    static native int cstm_error_code(Pointer error);

    static native Pointer cstm_error_message(Pointer error);

    static native Pointer cstm_error_file(Pointer error);

    static native long cstm_error_line(Pointer error);

    static native long cstm_error_column(Pointer error);

    static native long cstm_error_row(Pointer error);

    static native Pointer cstm_error_field(Pointer error);

    static native Pointer cstm_error_next(Pointer error);

    static native void cstm_error_free(Pointer error);

    static native Pointer cstm_status_name(int status);

    static native Pointer cstm_buffer_data(Pointer buffer);

    static native SizeT cstm_buffer_size(Pointer buffer);

    static native void cstm_buffer_free(Pointer buffer);

    static native int cstm_cancel_new(PointerByReference cancel, PointerByReference error);

    static native void cstm_cancel_request(Pointer cancel);

    static native int cstm_cancel_requested(Pointer cancel);

    static native void cstm_cancel_free(Pointer cancel);

    static native int cstm_currency_exponent(Pointer currency);

    static native int cstm_money_parse(
            Pointer text, SizeT size, Pointer currency, Pointer minor, PointerByReference error);

    static native int cstm_money_format(
            long minor, Pointer currency, Pointer text, SizeT capacity, PointerByReference error);

    static native int cstm_batch_new(Pointer strategy, PointerByReference batch, PointerByReference error);

    static native void cstm_batch_free(Pointer batch);

    static native int cstm_batch_add_entities(
            Pointer batch, int kind, Pointer table, PointerByReference error);

    static native int cstm_batch_add_attributes(
            Pointer batch, int kind, Pointer table, PointerByReference error);

    static native int cstm_batch_add_events(
            Pointer batch, int event, Pointer table, PointerByReference error);

    static native int cstm_batch_observe(Pointer batch, int event, long from, PointerByReference error);

    static native int cstm_batch_set_parts(Pointer batch, int parts, PointerByReference error);

    static native int cstm_batch_set_threads(Pointer batch, int nThreads, PointerByReference error);

    static native int cstm_batch_set_executor(
            Pointer batch, ExecutorSubmit submit, ExecutorWait wait, Pointer data,
            PointerByReference error);

    static native int cstm_batch_set_progress(
            Pointer batch, ProgressFunction progress, Pointer data, Pointer cancel,
            PointerByReference error);

    static native int cstm_batch_run(
            Pointer batch, long asOf, PointerByReference result, PointerByReference error);

    static native int cstm_batch_profile(
            Pointer batch, Pointer key, SizeT size, long asOf, PointerByReference profile,
            PointerByReference error);

    static native Pointer cstm_result_table(Pointer result, int kind);

    static native Pointer cstm_result_rejected(Pointer result);

    static native Pointer cstm_result_errors(Pointer result);

    static native int cstm_result_funnel(
            Pointer result, int lifecycle, int day, PointerByReference table, PointerByReference
            error);

    static native int cstm_result_transitions(
            Pointer result, int lifecycle, int after, int until, PointerByReference table,
            PointerByReference error);

    static native Pointer cstm_result_digest(Pointer result);

    static native void cstm_result_free(Pointer result);

    static native int cstm_event_new(
            Pointer strategy, int kind, PointerByReference event, PointerByReference error);

    static native void cstm_event_free(Pointer event);

    static native int cstm_event_clear(Pointer event, PointerByReference error);

    static native int cstm_event_set_entity(Pointer event, int entity, PointerByReference error);

    static native int cstm_event_set_id(Pointer event, Pointer id, SizeT size, PointerByReference error);

    static native int cstm_event_set_time(Pointer event, long time, PointerByReference error);

    static native int cstm_event_set_bool(Pointer event, int field, int value, PointerByReference error);

    static native int cstm_event_set_int64(Pointer event, int field, long value, PointerByReference error);

    static native int cstm_event_set_double(Pointer event, int field, double value, PointerByReference error);

    static native int cstm_event_set_string(
            Pointer event, int field, Pointer text, SizeT size, PointerByReference error);

    static native int cstm_event_set_date(Pointer event, int field, int value, PointerByReference error);

    static native int cstm_event_set_timestamp(
            Pointer event, int field, long value, PointerByReference error);

    static native int cstm_event_set_money(Pointer event, int field, long value, PointerByReference error);

    static native int cstm_event_set_missing(Pointer event, int field, PointerByReference error);

    static native int cstm_event_set_row(Pointer event, Pointer row, SizeT size, PointerByReference error);

    static native int cstm_outcome_new(
            Pointer strategy, PointerByReference outcome, PointerByReference error);

    static native void cstm_outcome_free(Pointer outcome);

    static native long cstm_outcome_as_of(Pointer outcome);

    static native Pointer cstm_outcome_digest(Pointer outcome);

    static native int cstm_outcome_state(Pointer outcome, int part, int index, int entity);

    static native int cstm_outcome_status(Pointer outcome, int part, int index, int entity);

    static native long cstm_outcome_int64(Pointer outcome, int part, int index, int entity);

    static native double cstm_outcome_double(Pointer outcome, int part, int index, int entity);

    static native Pointer cstm_outcome_string(Pointer outcome, int part, int index, int entity, Pointer size);

    static native int cstm_outcome_entity_count(Pointer outcome);

    static native int cstm_outcome_stage(Pointer outcome, int lifecycle, int entity);

    static native Pointer cstm_outcome_stage_name(Pointer outcome, int lifecycle, int entity);

    static native int cstm_outcome_stage_since(Pointer outcome, int lifecycle, int entity);

    static native int cstm_outcome_stage_days(Pointer outcome, int lifecycle, int entity);

    static native int cstm_outcome_stage_censored(Pointer outcome, int lifecycle, int entity);

    static native int cstm_outcome_stage_from(Pointer outcome, int lifecycle, int entity);

    static native int cstm_outcome_transition(Pointer outcome, int lifecycle, int entity);

    static native int cstm_outcome_reason_count(Pointer outcome, int score, int entity);

    static native Pointer cstm_outcome_reason_code(Pointer outcome, int score, int entity, int index);

    static native double cstm_outcome_reason_points(Pointer outcome, int score, int entity, int index);

    static native int cstm_profile_new(
            Pointer strategy, Pointer key, SizeT size, PointerByReference profile,
            PointerByReference error);

    static native void cstm_profile_free(Pointer profile);

    static native Pointer cstm_profile_key(Pointer profile, Pointer size);

    static native long cstm_profile_revision(Pointer profile);

    static native int cstm_profile_sealed_day(Pointer profile);

    static native int cstm_profile_entity(
            Pointer profile, int kind, int parent, Pointer key, SizeT size, Pointer entity,
            PointerByReference error);

    static native int cstm_profile_entity_count(Pointer profile);

    static native int cstm_profile_entity_kind(Pointer profile, int entity);

    static native int cstm_profile_entity_parent(Pointer profile, int entity);

    static native Pointer cstm_profile_entity_key(Pointer profile, int entity, Pointer size);

    static native int cstm_profile_set_bool(
            Pointer profile, int entity, int attribute, int value, long at, Pointer id, SizeT
            idSize, PointerByReference error);

    static native int cstm_profile_set_int64(
            Pointer profile, int entity, int attribute, long value, long at, Pointer id, SizeT
            idSize, PointerByReference error);

    static native int cstm_profile_set_double(
            Pointer profile, int entity, int attribute, double value, long at, Pointer id, SizeT
            idSize, PointerByReference error);

    static native int cstm_profile_set_string(
            Pointer profile, int entity, int attribute, Pointer text, SizeT size, long at, Pointer
            id, SizeT idSize, PointerByReference error);

    static native int cstm_profile_set_date(
            Pointer profile, int entity, int attribute, int value, long at, Pointer id, SizeT
            idSize, PointerByReference error);

    static native int cstm_profile_set_timestamp(
            Pointer profile, int entity, int attribute, long value, long at, Pointer id, SizeT
            idSize, PointerByReference error);

    static native int cstm_profile_set_money(
            Pointer profile, int entity, int attribute, long value, long at, Pointer id, SizeT
            idSize, PointerByReference error);

    static native int cstm_profile_set_missing(
            Pointer profile, int entity, int attribute, long at, Pointer id, SizeT idSize,
            PointerByReference error);

    static native int cstm_profile_set_row(
            Pointer profile, int entity, Pointer row, SizeT size, long at, Pointer id, SizeT idSize,
            PointerByReference error);

    static native int cstm_profile_observe(Pointer profile, int kind, long from, PointerByReference error);

    static native int cstm_profile_record(Pointer profile, Pointer event, PointerByReference error);

    static native int cstm_profile_advance(Pointer profile, long asOf, PointerByReference error);

    static native int cstm_profile_evaluate(
            Pointer profile, long asOf, Pointer outcome, PointerByReference error);

    static native int cstm_profile_explain(
            Pointer profile, long asOf, int part, int index, int entity, PointerByReference
            explanation, PointerByReference error);

    static native int cstm_profile_write(
            Pointer profile, PointerByReference buffer, PointerByReference error);

    static native int cstm_profile_read(
            Pointer strategy, Pointer bytes, SizeT size, PointerByReference profile,
            PointerByReference migration, PointerByReference error);

    static native int cstm_profile_merge(Pointer profile, Pointer other, PointerByReference error);

    static native int cstm_migration_count(Pointer migration);

    static native Pointer cstm_migration_name(Pointer migration, int index);

    static native int cstm_migration_fate(Pointer migration, int index);

    static native int cstm_migration_complete_day(Pointer migration, int index);

    static native void cstm_migration_free(Pointer migration);

    static native int cstm_scope_new(
            Pointer currency, Pointer zone, PointerByReference scope, PointerByReference error);

    static native int cstm_scope_declare(Pointer scope, Pointer name, int type, PointerByReference error);

    static native void cstm_scope_free(Pointer scope);

    static native int cstm_rule_compile(
            Pointer scope, Pointer text, SizeT size, int type, PointerByReference rule,
            PointerByReference error);

    static native Pointer cstm_rule_ref(Pointer rule);

    static native void cstm_rule_unref(Pointer rule);

    static native int cstm_rule_type(Pointer rule);

    static native Pointer cstm_rule_text(Pointer rule);

    static native int cstm_rule_read_count(Pointer rule);

    static native Pointer cstm_rule_read_name(Pointer rule, int i);

    static native int cstm_rule_evaluate(
            Pointer rule, Pointer table, PointerByReference result, PointerByReference error);

    static native int cstm_rule_explain(
            Pointer rule, Pointer table, long row, PointerByReference explanation,
            PointerByReference error);

    static native int cstm_explanation_count(Pointer explanation);

    static native Pointer cstm_explanation_text(Pointer explanation, int i);

    static native Pointer cstm_explanation_value(Pointer explanation, int i);

    static native int cstm_explanation_state(Pointer explanation, int i);

    static native int cstm_explanation_status(Pointer explanation, int i);

    static native int cstm_explanation_depth(Pointer explanation, int i);

    static native int cstm_explanation_decisive(Pointer explanation, int i);

    static native void cstm_explanation_free(Pointer explanation);

    static native int cstm_scorecard_new(
            Pointer name, double base, PointerByReference card, PointerByReference error);

    static native void cstm_scorecard_free(Pointer card);

    static native int cstm_scorecard_set_reasons(
            Pointer card, int method, int sharing, int count, PointerByReference error);

    static native int cstm_scorecard_set_scaling(
            Pointer card, double pointsToDouble, double odds, double at, PointerByReference error);

    static native int cstm_scorecard_add_characteristic(
            Pointer card, Pointer name, Pointer input, int type, Pointer reason, Pointer
            characteristic, PointerByReference error);

    static native int cstm_scorecard_set_neutral(
            Pointer card, int characteristic, double points, PointerByReference error);

    static native int cstm_scorecard_add_bin_up_to(
            Pointer card, int characteristic, double upTo, double points, Pointer reason,
            PointerByReference error);

    static native int cstm_scorecard_add_bin_above(
            Pointer card, int characteristic, double above, double points, Pointer reason,
            PointerByReference error);

    static native int cstm_scorecard_add_bin_text(
            Pointer card, int characteristic, Pointer text, SizeT size, double points, Pointer
            reason, PointerByReference error);

    static native int cstm_scorecard_add_bin_missing(
            Pointer card, int characteristic, double points, Pointer reason, PointerByReference
            error);

    static native int cstm_scorecard_add_bin_other(
            Pointer card, int characteristic, double points, Pointer reason, PointerByReference
            error);

    static native int cstm_scorecard_build(
            Pointer card, Pointer currency, PointerByReference scorer, PointerByReference error);

    static native Pointer cstm_scorer_ref(Pointer scorer);

    static native void cstm_scorer_unref(Pointer scorer);

    static native Pointer cstm_scorer_kind(Pointer scorer);

    static native Pointer cstm_scorer_name(Pointer scorer);

    static native Pointer cstm_scorer_digest(Pointer scorer);

    static native int cstm_scorer_input_count(Pointer scorer);

    static native Pointer cstm_scorer_input_name(Pointer scorer, int input);

    static native int cstm_scorer_input_type(Pointer scorer, int input);

    static native int cstm_scorer_reason_count(Pointer scorer);

    static native Pointer cstm_scorer_reason_code(Pointer scorer, int reason);

    static native int cstm_scorer_score_table(
            Pointer scorer, Pointer table, int nThreads, ProgressFunction progress, Pointer
            progressData, Pointer cancel, PointerByReference result, PointerByReference error);

    static native int cstm_validation_new(
            Pointer scores, Pointer outcomes, Pointer weights, long rows, int higherIs,
            PointerByReference validation, PointerByReference error);

    static native void cstm_validation_free(Pointer validation);

    static native long cstm_validation_rows(Pointer validation);

    static native long cstm_validation_events(Pointer validation);

    static native int cstm_validation_state(Pointer validation);

    static native double cstm_validation_auc(Pointer validation);

    static native double cstm_validation_gini(Pointer validation);

    static native double cstm_validation_ks(Pointer validation);

    static native double cstm_validation_ks_cut(Pointer validation);

    static native double cstm_validation_brier(Pointer validation);

    static native int cstm_validation_brier_state(Pointer validation);

    static native int cstm_validation_bands(
            Pointer validation, int nBands, PointerByReference table, PointerByReference error);

    static native int cstm_validation_bands_at(
            Pointer validation, Pointer cuts, int nCuts, PointerByReference table,
            PointerByReference error);

    static native int cstm_strategy_load(Pointer path, PointerByReference strategy, PointerByReference error);

    static native int cstm_strategy_parse(
            Pointer text, SizeT size, Pointer name, PointerByReference strategy, PointerByReference
            error);

    static native Pointer cstm_strategy_ref(Pointer strategy);

    static native void cstm_strategy_unref(Pointer strategy);

    static native Pointer cstm_strategy_name(Pointer strategy);

    static native Pointer cstm_strategy_version(Pointer strategy);

    static native Pointer cstm_strategy_digest(Pointer strategy);

    static native Pointer cstm_strategy_warnings(Pointer strategy);

    static native Pointer cstm_strategy_currency(Pointer strategy);

    static native Pointer cstm_strategy_timezone(Pointer strategy);

    static native int cstm_strategy_count(Pointer strategy, int part);

    static native int cstm_strategy_find(Pointer strategy, int part, Pointer name);

    static native Pointer cstm_strategy_part_name(Pointer strategy, int part, int index);

    static native int cstm_strategy_part_entity(Pointer strategy, int part, int index);

    static native int cstm_strategy_part_type(Pointer strategy, int part, int index);

    static native int cstm_strategy_field_count(Pointer strategy, int event);

    static native Pointer cstm_strategy_field_name(Pointer strategy, int event, int field);

    static native int cstm_strategy_field_type(Pointer strategy, int event, int field);

    static native int cstm_strategy_find_field(Pointer strategy, int event, Pointer name);

    static native int cstm_strategy_stage_count(Pointer strategy, int lifecycle);

    static native Pointer cstm_strategy_stage_name(Pointer strategy, int lifecycle, int stage);

    static native int cstm_strategy_scorer(
            Pointer strategy, int score, PointerByReference scorer, PointerByReference error);

    static native int cstm_strategy_parse_time(
            Pointer strategy, Pointer text, SizeT size, int endOfDay, Pointer instant,
            PointerByReference error);

    static native int cstm_strategy_day(
            Pointer strategy, long instant, Pointer day, PointerByReference error);

    static native int cstm_table_new(PointerByReference table, PointerByReference error);

    static native void cstm_table_free(Pointer table);

    static native int cstm_table_add_bool(
            Pointer table, Pointer name, Pointer values, Pointer valid, long rows,
            PointerByReference error);

    static native int cstm_table_add_int64(
            Pointer table, Pointer name, Pointer values, Pointer valid, long rows,
            PointerByReference error);

    static native int cstm_table_add_double(
            Pointer table, Pointer name, Pointer values, Pointer valid, long rows,
            PointerByReference error);

    static native int cstm_table_add_date(
            Pointer table, Pointer name, Pointer values, Pointer valid, long rows,
            PointerByReference error);

    static native int cstm_table_add_timestamp(
            Pointer table, Pointer name, Pointer values, Pointer valid, long rows,
            PointerByReference error);

    static native int cstm_table_add_money(
            Pointer table, Pointer name, Pointer values, Pointer valid, long rows, Pointer currency,
            PointerByReference error);

    static native int cstm_table_add_string(
            Pointer table, Pointer name, Pointer offsets, Pointer bytes, Pointer valid, long rows,
            PointerByReference error);

    static native int cstm_table_add_strings(
            Pointer table, Pointer name, Pointer listOffsets, Pointer offsets, Pointer bytes,
            Pointer valid, long rows, PointerByReference error);

    static native int cstm_table_declare_money(
            Pointer table, Pointer name, Pointer currency, int how, PointerByReference error);

    static native long cstm_table_rows(Pointer table);

    static native int cstm_table_columns(Pointer table);

    static native Pointer cstm_table_column_name(Pointer table, int column);

    static native int cstm_table_column_type(Pointer table, int column);

    static native Pointer cstm_table_column_currency(Pointer table, int column);

    static native int cstm_table_column_exponent(Pointer table, int column);

    static native int cstm_table_column_civil(Pointer table, int column);

    static native int cstm_table_find(Pointer table, Pointer name);

    static native int cstm_table_state(Pointer table, long row, int column);

    static native int cstm_table_bool(Pointer table, long row, int column);

    static native long cstm_table_int64(Pointer table, long row, int column);

    static native double cstm_table_double(Pointer table, long row, int column);

    static native int cstm_table_date(Pointer table, long row, int column);

    static native long cstm_table_timestamp(Pointer table, long row, int column);

    static native long cstm_table_money(Pointer table, long row, int column);

    static native int cstm_table_decimal(Pointer table, long row, int column, Pointer high, Pointer low);

    static native Pointer cstm_table_string(Pointer table, long row, int column, Pointer size);

    static native long cstm_table_string_count(Pointer table, long row, int column);

    static native Pointer cstm_table_string_item(
            Pointer table, long row, int column, long item, Pointer size);

    static native Pointer cstm_table_valid(Pointer table, int column);

    static native Pointer cstm_table_bool_values(Pointer table, int column);

    static native Pointer cstm_table_int64_values(Pointer table, int column);

    static native Pointer cstm_table_double_values(Pointer table, int column);

    static native Pointer cstm_table_date_values(Pointer table, int column);

    static native int cstm_table_import_arrow(
            Pointer schema, Pointer array, PointerByReference table, PointerByReference error);

    static native int cstm_table_import_stream(
            Pointer stream, PointerByReference table, PointerByReference error);

    static native int cstm_table_export_arrow(
            Pointer table, Pointer schema, Pointer array, PointerByReference error);

    static native int cstm_table_export_stream(Pointer table, Pointer stream, PointerByReference error);

    static native int cstm_csv_new(PointerByReference csv, PointerByReference error);

    static native void cstm_csv_free(Pointer csv);

    static native int cstm_csv_add_column(Pointer csv, Pointer name, int type, PointerByReference error);

    static native int cstm_csv_set_delimiter(Pointer csv, int delimiter, PointerByReference error);

    static native int cstm_csv_set_missing(Pointer csv, Pointer text, PointerByReference error);

    static native int cstm_csv_set_zone(Pointer csv, Pointer zone, PointerByReference error);

    static native int cstm_csv_set_currency(Pointer csv, Pointer currency, PointerByReference error);

    static native int cstm_csv_set_header(Pointer csv, int header, PointerByReference error);

    static native int cstm_csv_set_reject(Pointer csv, int reject, PointerByReference error);

    static native int cstm_csv_read_file(
            Pointer csv, Pointer path, ProgressFunction progress, Pointer progressData, Pointer
            cancel, PointerByReference table, PointerByReference rejected, PointerByReference
            error);

    static native int cstm_csv_read_bytes(
            Pointer csv, Pointer name, Pointer bytes, SizeT size, PointerByReference table,
            PointerByReference rejected, PointerByReference error);

    static native int cstm_table_write_csv(Pointer table, Pointer path, PointerByReference error);

    static native int cstm_table_write_csv_buffer(
            Pointer table, PointerByReference buffer, PointerByReference error);

    static native int cstm_version_number();

    static native Pointer cstm_version_text();
}
