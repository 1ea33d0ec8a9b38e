package org.libcustomer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    @Test
    void theReadmesCustomerHasAStageAndTheirAccountToo() {
        try (Strategy strategy = Strategy.load(Bank.repository().resolve("examples/card-portfolio.yaml"));
             Profile customer = strategy.profile("A-1001");
             Event statement = strategy.event("statement")) {
            Entity account = customer.entity("account", "88-1").set("limit", new BigDecimal("200000.00"), Customer.ALWAYS);
            account.record(statement.id("88-1/200509").at("2005-09-30").set("balance", new BigDecimal("3913.00")).set("status", 2));
            try (Outcome outcome = customer.evaluate("2005-10-01")) {
                // One statement, no use of it known: nothing leads out of `acquired`. A first day takes the initial stage; the
                // status of 2 leads to m2 on the day after, which is the day of as_of.
                assertEquals("acquired", outcome.stage("customer"));
                assertEquals("m2", outcome.stage("delinquency", account));
            }
        }
    }
}
