// The rule of tests/bench/rule.c in cel-go: its compiled program over a prepared activation, and compiling it with its schema.
//
// cel-go has no money, so that the amounts are doubles in major units here, which is less work than money's.
// Prints "cel-go evaluate N" and "cel-go compile-with-schema N" in nanoseconds, medians of rounds.
package main

import (
	"fmt"
	"os"
	"sort"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/interpreter"
)

const rule = `income > 8000.0 && city_tier in [1, 2] && !(occupation in ['student', 'retired']) && spend_90d >= 2.0 * spend_prev_90d`

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func compile() cel.Program {
	env, err := cel.NewEnv(
		cel.Variable("income", cel.DoubleType), cel.Variable("city_tier", cel.IntType), cel.Variable("occupation", cel.StringType),
		cel.Variable("spend_90d", cel.DoubleType), cel.Variable("spend_prev_90d", cel.DoubleType))
	fail(err)
	ast, issues := env.Compile(rule)
	fail(issues.Err())
	program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
	fail(err)
	return program
}

func median(times []float64) float64 {
	sort.Float64s(times)
	return times[len(times)/2]
}

func main() {
	const rounds, stretch, compiles = 21, 20000, 50
	program := compile()
	activation, err := interpreter.NewActivation(map[string]any{
		"income": 8000.01, "city_tier": int64(1), "occupation": "engineer", "spend_90d": 5000.0, "spend_prev_90d": 1000.0})
	fail(err)
	var evaluated, compiled []float64
	for r := 0; r < rounds; r++ {
		start := time.Now()
		for i := 0; i < stretch; i++ {
			out, _, err := program.Eval(activation)
			if err != nil || out.Value() != true {
				fail(fmt.Errorf("the rule is not met: %v %v", out, err))
			}
		}
		evaluated = append(evaluated, float64(time.Since(start).Nanoseconds())/stretch)
		start = time.Now()
		for i := 0; i < compiles; i++ {
			compile()
		}
		compiled = append(compiled, float64(time.Since(start).Nanoseconds())/compiles)
	}
	fmt.Printf("cel-go evaluate %.1f\ncel-go compile-with-schema %.1f\n", median(evaluated), median(compiled))
}
