package org.libcustomer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class CustomerTest {
    @Test
    void theVersionIsThatOfTheHeaders() {
        assertEquals(Abi.CSTM_VERSION_MAJOR + "." + Abi.CSTM_VERSION_MINOR + "." + Abi.CSTM_VERSION_PATCH, Customer.version());
        assertEquals(Abi.CSTM_VERSION_MAJOR * 10000 + Abi.CSTM_VERSION_MINOR * 100 + Abi.CSTM_VERSION_PATCH, Customer.versionNumber());
    }

    /** Exponents of ISO 4217. */
    @Test
    void moneyIsReadAndWrittenWithTheDecimalsOfItsCurrency() {
        assertEquals(2, Customer.currencyExponent("CNY"));
        assertEquals(0, Customer.currencyExponent("JPY"));
        assertEquals(3, Customer.currencyExponent("KWD"));
        assertEquals(-1, Customer.currencyExponent("ABC"));
        assertEquals(800000, Customer.parseMoney("8000.00", "CNY"));
        assertEquals("8000.00", Customer.formatMoney(800000, "CNY"));
        assertEquals("-92233720368547758.08", Customer.formatMoney(Long.MIN_VALUE, "CNY"));
        assertEquals("CSTM_ERROR_SYNTAX", assertThrows(CustomerException.class, () -> Customer.parseMoney("", "CNY")).name());
        assertEquals("CSTM_ERROR_RANGE", assertThrows(CustomerException.class, () -> Customer.parseMoney("0.001", "CNY")).name());
        assertEquals("CSTM_ERROR_UNKNOWN", assertThrows(CustomerException.class, () -> Customer.formatMoney(1, "ABC")).name());
    }

    @Test
    void textThatWouldBeCutOrReplacedIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Customer.currencyExponent("CNY\0x"));
        assertThrows(IllegalArgumentException.class, () -> Customer.parseMoney("1\ud800", "CNY"));
        assertThrows(IllegalArgumentException.class, () -> Customer.parseMoney("\udc00", "CNY"));
    }
}
