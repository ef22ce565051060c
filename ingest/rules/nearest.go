package rules

// like suggests the known name nearest to the one written.
func (l *loader) like(written string, known []string) string {
	best, least := "", len(written)/3+1
	for _, k := range known {
		if d := slips(written, k); d <= least && d < max(len(k), len(written)) && (best == "" || d < least) {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "是不是“" + best + "”?"
}

// slips counts the single-letter changes between two names (Levenshtein).
func slips(a, b string) int {
	x, y := []rune(a), []rune(b)
	prev := make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range x {
		diagonal := prev[0]
		prev[0] = i + 1
		for j := range y {
			cost := diagonal
			if x[i] != y[j] {
				cost++
			}
			diagonal = prev[j+1]
			prev[j+1] = min(cost, prev[j]+1, prev[j+1]+1)
		}
	}
	return prev[len(y)]
}
