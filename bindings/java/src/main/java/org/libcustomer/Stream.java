package org.libcustomer;

/**
 * Portfolios of any length: Arrow streams in, one Arrow stream or tables out, in memory for some customers. Every input is in
 * ascending order of the keys of customers, which rows of other entities have, too.
 */
public final class Stream extends Handle {
    private final Names names;

    Stream(Names names, long pointer) {
        super(pointer, Abi::cstm_stream_free);
        this.names = names;
    }

    /**
     * Gives all entities of a kind; without customers they are those whom the other inputs name.
     *
     * @param kind name of an entity
     * @param stream address of an ArrowArrayStream; consumed
     * @return this
     */
    public Stream addEntities(String kind, long stream) {
        return add(Abi.CSTM_SOURCE_ENTITIES, Part.ENTITY, kind, stream);
    }

    /**
     * Gives dated attributes of a kind of entity.
     *
     * @param kind name of an entity
     * @param stream address of an ArrowArrayStream; consumed
     * @return this
     */
    public Stream addAttributes(String kind, long stream) {
        return add(Abi.CSTM_SOURCE_ATTRIBUTES, Part.ENTITY, kind, stream);
    }

    /**
     * Gives events of a kind.
     *
     * @param kind name of an event kind
     * @param stream address of an ArrowArrayStream; consumed
     * @return this
     */
    public Stream addEvents(String kind, long stream) {
        return add(Abi.CSTM_SOURCE_EVENTS, Part.EVENT, kind, stream);
    }

    private Stream add(int source, Part part, String kind, long stream) {
        call((p, error) -> Abi.cstm_stream_add(p, source, names.number(part, kind), stream, error));
        return this;
    }

    /**
     * Says that a column of numbers of the last input of that kind of events is money in minor units.
     *
     * @param kind name of an event kind
     * @param column its name
     * @param currency ISO 4217
     * @return this
     */
    public Stream declareMoney(String kind, String column, String currency) {
        call((p, error) -> Abi.cstm_stream_declare_money(p, Abi.CSTM_SOURCE_EVENTS, names.number(Part.EVENT, kind), name(column),
                name(currency), Abi.CSTM_MONEY_MINOR, error));
        return this;
    }

    /**
     * Says how many input rows are worked off at a time; it cannot be seen in the rows.
     *
     * @param rows 1 to 100,000,000
     * @return this
     */
    public Stream setRows(long rows) {
        call((p, error) -> Abi.cstm_stream_set_rows(p, rows, error));
        return this;
    }

    /** {@return the rows of the next customers; null after the last} */
    public Table next() {
        long pointer = make(Abi::cstm_stream_next);
        return pointer == 0 ? null : new Table(pointer);
    }

    /**
     * Hands the rows over as an Arrow stream, which goes on when this is closed.
     *
     * @param stream address of an empty ArrowArrayStream; the caller releases it.
     */
    public void exportStream(long stream) {
        call((p, error) -> Abi.cstm_stream_export(p, stream, error));
    }

    /** {@return the first 10,000 input rows that could not be used so far, with their reasons} */
    public Table rejected() {
        return new Table(make(Abi::cstm_stream_rejected));
    }

    /** {@return how many values could not be computed so far} */
    public Table errors() {
        return new Table(make(Abi::cstm_stream_errors));
    }

    /** {@return what became of the rows so far, counted} */
    public Table report() {
        return new Table(make(Abi::cstm_stream_report));
    }
}
