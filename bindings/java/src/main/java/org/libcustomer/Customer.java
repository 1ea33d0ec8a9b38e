package org.libcustomer;

/** The library itself: its version, and money as text. */
public final class Customer {
    /** An instant for attributes that have no date: as if they had always been so. */
    public static final long ALWAYS = Abi.CSTM_ALWAYS;

    private Customer() {
    }

    /** {@return "major.minor.patch" of the library that runs} */
    public static String version() {
        return Handle.text(Abi.cstm_version_text());
    }

    /** {@return major * 10000 + minor * 100 + patch} */
    public static int versionNumber() {
        return Abi.cstm_version_number();
    }

    /**
     * {@return its decimals; -1 if it is unknown}
     *
     * @param currency ISO 4217 code
     */
    public static int currencyExponent(String currency) {
        return Abi.cstm_currency_exponent(Handle.name(currency));
    }

    /**
     * {@return exact minor units}
     *
     * @param amount in major units: "8000.00"
     * @param currency ISO 4217 code
     */
    public static long parseMoney(String amount, String currency) {
        byte[] text = Handle.data(amount);
        long[] minor = new long[1];
        long[] error = new long[1];
        CustomerException.check(Abi.cstm_money_parse(Row.some(text), text.length, Handle.name(currency), minor, error), error);
        return minor[0];
    }

    /**
     * {@return the amount with all decimals of its currency}
     *
     * @param minor minor units
     * @param currency ISO 4217 code
     */
    public static String formatMoney(long minor, String currency) {
        byte[] room = new byte[40];
        long[] error = new long[1];
        CustomerException.check(Abi.cstm_money_format(minor, Handle.name(currency), room, room.length, error), error);
        int size = 0;
        while (room[size] != 0) {
            size++;
        }
        return new String(room, 0, size, java.nio.charset.StandardCharsets.US_ASCII);
    }
}
