package org.libcustomer;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.nio.file.Paths;

/** A small bank for the tests: attributes and fields of every type, two machines, a scorecard. */
final class Bank {
    static final String DOCUMENT = String.join("\n",
            "format: 1",
            "strategy: test-bank",
            "version: \"1\"",
            "timezone: Asia/Taipei",
            "currency: TWD",
            "late: 7 days",
            "purposes: [service, credit]",
            "entities:",
            "  account: {of: customer}",
            "  card: {of: account}",
            "attributes:",
            "  age: {type: int}",
            "  vip: {type: bool}",
            "  rating: {type: double}",
            "  education: {type: string, values: [graduate, university, high_school, other]}",
            "  city: {type: string}",
            "  born: {type: date}",
            "  seen: {type: timestamp}",
            "  limit: {for: account, type: money}",
            "events:",
            "  statement:",
            "    on: account",
            "    fields: {balance: money, status: int}",
            "  repayment:",
            "    on: account",
            "    fields: {amount: money}",
            "  purchase:",
            "    on: card",
            "    fields: {amount: money, place: string, rate: double, online: bool, settles: date, posted: timestamp, parts: int}",
            "features:",
            "  balance: {for: account, last: statement.balance}",
            "  utilisation: {for: account, rule: balance / limit}",
            "  last_status: {last: statement.status, over: 6 months}",
            "  worst_status_6m: {max: statement.status, over: 6 months}",
            "  repaid_90d: {sum: repayment.amount, over: 90 days}",
            "  last_place: {last: purchase.place}",
            "  last_rate: {last: purchase.rate}",
            "  last_online: {last: purchase.online}",
            "  last_settles: {last: purchase.settles}",
            "  last_posted: {last: purchase.posted}",
            "  last_parts: {last: purchase.parts}",
            "  spent: {last: purchase.amount}",
            "  purchase_days: {distinct_days: purchase, over: 30 days}",
            "  years_left: {rule: 100 / (age - 40)}",
            "lifecycles:",
            "  relationship:",
            "    purpose: service",
            "    initial: acquired",
            "    transitions:",
            "      - {from: acquired, to: active, when: purchase_days >= 1}",
            "      - {from: active, to: at_risk, when: purchase_days == 0, for: 14 days}",
            "      - {from: at_risk, to: previous, when: purchase_days >= 1}",
            "  delinquency:",
            "    for: account",
            "    purpose: credit",
            "    initial: current",
            "    transitions:",
            "      - {from: current, to: overdue, when: last_status >= 1}",
            "      - {from: overdue, to: current, when: last_status <= 0}",
            "scores:",
            "  default_risk:",
            "    purpose: credit",
            "    scorecard:",
            "      base: 600",
            "      characteristics:",
            "        - name: past due",
            "          feature: worst_status_6m",
            "          reason: PAST_DUE",
            "          bins:",
            "            - {up_to: 0, points: 38}",
            "            - {up_to: 1, points: -12}",
            "            - {above: 1, points: -55}",
            "            - {missing: true, points: 0}",
            "        - name: repaid",
            "          feature: repaid_90d",
            "          reason: LITTLE_REPAID",
            "          bins:",
            "            - {up_to: 1000, points: -20}",
            "            - {above: 1000, points: 15}",
            "            - {missing: true, points: 0}",
            "");

    private Bank() {
    }

    static Strategy strategy() {
        return Strategy.parse(DOCUMENT, "bank.yaml");
    }

    static Path repository() {
        return Paths.get(System.getProperty("libcustomer.repository")).toAbsolutePath().normalize();
    }

    /** One account with a limit of 1,000.00, a statement of 250.00 two months overdue on 2005-09-30, a repayment of 10.00. */
    static Profile customer(Strategy strategy, String key) {
        Profile customer = strategy.profile(key);
        customer.customer().set("opened_on", "2005-09-01", Customer.ALWAYS);
        Entity account = customer.entity("account", key + "-1").set("opened_on", "2005-09-01", Customer.ALWAYS)
                .set("limit", new BigDecimal("1000.00"), Customer.ALWAYS);
        try (Event statement = strategy.event("statement"); Event repayment = strategy.event("repayment")) {
            account.record(statement.id("s1").at("2005-09-30").set("balance", new BigDecimal("250.00")).set("status", 2));
            account.record(repayment.id("r1").at("2005-09-20").set("amount", new BigDecimal("10.00")));
        }
        return customer;
    }
}
