"""Random numbers that a seed and a name decide, and nothing else: not the machine, the Python or what was drawn elsewhere."""

MASK = (1 << 64) - 1


class Dice:
    """splitmix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014), started from the seed and
    FNV-1a of the name."""

    def __init__(self, seed, name):
        state = 0xCBF29CE484222325
        for byte in f"{seed}/{name}".encode():
            state = (state ^ byte) * 0x100000001B3 & MASK
        self.state = state

    def next(self):
        self.state = self.state + 0x9E3779B97F4A7C15 & MASK
        mixed = self.state
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & MASK
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & MASK
        return mixed ^ mixed >> 31

    def below(self, n):
        return self.next() * n >> 64

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def chance(self, n):
        """One in n."""
        return self.below(n) == 0

    def pick(self, values):
        return values[self.below(len(values))]
