package state

// Nearest is the known name most like the one written, "" when none is close (at most one
// slip in three letters) or two are equally so.
func Nearest(written string, known []string) string {
	best, least := "", len([]rune(written))/3+2
	for _, k := range known {
		switch d := Slips(written, k); {
		case d >= max(len([]rune(k)), len([]rune(written))): // nothing in common
		case d < least:
			best, least = k, d
		case d == least && k != best:
			best = ""
		}
	}
	return best
}

// Slips counts the single-letter insertions, deletions, substitutions and swaps of
// neighbours between two names (optimal string alignment).
func Slips(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(x)][len(y)]
}
