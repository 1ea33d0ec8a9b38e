"""A card account day by day: what is owed, the monthly bill 账单, how it is paid, and plans 分期 that turn part of a bill into terms.

How bills are paid is a habit: `full`, `autopay` (in full, by order), `part`, `minimum`, `forgets` (in full, but now and then late),
and those of who falls behind: `late`, `later`, `latest` stop paying after a year for one, two and three bills and then pay up;
`never_again` stops for good and is written off."""
import datetime

STOPS = {"late": 25, "later": 50, "latest": 80}             # days past due after which all is paid
RECORDS = datetime.date(2018, 10, 1).toordinal()           # nothing is told of the days before
GRACE = 20                                                  # days from the bill to the day on which it is due


def money(cents):
    return f"{cents // 100}.{cents % 100:02d}" if cents >= 0 else "-" + money(-cents)


def is_closing_day(day, of_month):
    """The day of the month on which bills are made; shorter months have it at their end."""
    date, next_day = datetime.date.fromordinal(day), datetime.date.fromordinal(day + 1)
    return date.day == of_month or (next_day.day == 1 and date.day < of_month)


class Account:
    def __init__(self, book, key, opened, until, closes, habit, dice, limit):
        self.book, self.key, self.opened, self.habit, self.dice, self.limit = book, key, opened, habit, dice, limit
        self.until, self.closes = until, closes             # the last day, and whether the account is closed on it
        self.statement_day = dice.between(1, 31)
        self.cards = self.wanted = self.booked = 0
        self.changes = {}                                   # day: cents charged less those given back
        self.card_to_close = None                           # when it is written off
        self.open_plans = []                                # [key, remaining, a term's principal]
        self.owed = self.points = 0
        self.behind = None                                  # first day past due

    def charge(self, day, cents):
        self.changes[day] = self.changes.get(day, 0) + cents

    def credit(self, day, cents):
        self.charge(day, -cents)

    def plans(self, n):
        self.wanted += n

    def say(self, table, day, second, *values):
        self.book.event(table, self.key, day, second, *values)

    def position(self, day):
        """What is owed at the end of a day on which a bill was made or paid, or could have been."""
        past_due = day - self.behind + 1 if self.behind is not None else 0
        self.say("position", day, 86_000, money(max(self.owed, 0)), money(max(-self.owed, 0)), past_due)

    def live(self):
        due_on = due = minimum = 0
        paid = "nothing"
        for day in range(max(self.opened, RECORDS), self.until + 1):
            self.owed += self.changes.get(day, 0)
            self.points += max(self.changes.get(day, 0), 0) // 100
            if is_closing_day(day, self.statement_day):
                self.terms(day)
                due_on, due, minimum = day + GRACE, max(self.owed, 0), max(self.owed, 0) // 10
                interest = due // 60 if paid in ("part", "minimum", "late") else 0
                self.owed += interest
                self.say("statement", day, 79_200, money(self.owed), money(minimum), paid, self.points, self.points // 10,
                         money(interest + due // 200))
                self.position(day)
                self.book_plan(day)
            if day == due_on:
                paid = self.pay(day, due, minimum)
            if self.behind is not None:
                self.chase(day)
            if self.habit == "written_off":
                return
        if self.closes:
            self.settle(self.until)

    def settle(self, day):
        """All is paid, plans included, when the account is closed."""
        for key, remaining, _ in self.open_plans:
            self.owed += remaining
            self.book.event("term", key, day, 50_000, money(remaining), "0.00", "paid")
            self.book.event("plan_closed", key, day, 50_000)
        if self.owed > 0:
            self.say("repayment", day, 50_400, money(self.owed), "manual")
            self.owed = 0
        self.position(day)

    def pay(self, day, due, minimum):
        """On the day on which it is due. What was paid: it stands on the next bill."""
        if due == 0:
            return "nothing"
        habit = self.habit
        if habit in ("late", "later", "latest", "never_again"):
            habit = "full" if day < self.opened + 365 else "misses"
        elif habit == "forgets":
            habit = "misses" if self.dice.chance(6) else "full"
        share = self.dice.between(2, 9)
        amount = {"full": due, "autopay": due, "part": minimum + (due - minimum) * share // 10, "minimum": minimum, "misses": 0}[habit]
        if amount > 0:
            self.say("repayment", day, 36_000, money(amount), "autopay" if habit == "autopay" else "manual")
            self.owed -= amount
        if habit == "misses":
            self.behind = self.behind or day + 1
        self.position(day)
        return {"full": "full", "autopay": "full", "part": "part", "minimum": "minimum", "misses": "late"}[habit]

    def chase(self, day):
        """Days past due: the position is sent when the account gets one bill older, and when all is paid at last."""
        days = day - self.behind + 1
        if days >= STOPS.get(self.habit, 9 if self.habit == "forgets" else 10_000):
            self.say("repayment", day, 54_000, money(self.owed), "manual")
            self.owed, self.behind = 0, None
            if self.habit in STOPS:
                self.habit = "full"
            self.position(day)
        elif days == 181:
            self.say("written_off", day, 60_000, money(self.owed))
            if self.card_to_close is not None:
                self.book.event("card_closed", self.card_to_close, day, 60_000, "written_off")
            self.owed, self.behind, self.habit = 0, None, "written_off"
            self.position(day)
        elif days in (1, 31, 61, 91):
            self.position(day)

    def book_plan(self, day):
        """Part of a bill of at least 300 yuan becomes a plan of three, six or twelve terms; one in six is cancelled within a week."""
        if self.wanted == 0 or self.owed < 30_000 or day < self.opened + 60 or not self.dice.chance(7):
            return
        self.wanted -= 1
        self.booked += 1
        key, day = f"{self.key}-p{self.booked}", day + 2
        terms, principal = self.dice.pick([3, 6, 12]), self.owed * self.dice.between(3, 8) // 10
        if day > self.until:
            return
        self.book.entity("plan", key, self.key, datetime.date.fromordinal(day).isoformat(), self.dice.pick(["bill", "cash", "merchant"]))
        self.book.event("booking", key, day, 45_000, money(principal), terms)
        self.book.event("term", key, day, 45_000, "0.00", money(principal), "open")
        if self.dice.chance(6):
            self.book.event("term", key, day + 4, 46_000, "0.00", "0.00", "cancelled")
            self.book.event("plan_closed", key, day + 4, 46_000)
        else:
            self.owed -= principal
            self.open_plans.append([key, principal, -(-principal // terms)])

    def terms(self, day):
        """On the day of the bill each plan adds a term to it."""
        for plan in list(self.open_plans):
            key, remaining, each = plan
            amount = min(each, remaining)
            self.owed += amount
            plan[1] = remaining - amount
            self.book.event("term", key, day, 70_000, money(amount), money(plan[1]), "open" if plan[1] > 0 else "paid")
            if plan[1] == 0:
                self.book.event("plan_closed", key, day, 70_000)
                self.open_plans.remove(plan)
