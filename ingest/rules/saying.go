package rules

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"duban/state"
)

// What can be read out of the words of a report with certainty. Each of these is silent rather
// than wrong: a text that does not say it plainly says nothing.

var (
	// overallSays are the ways to state the progress of a whole project in percent.
	overallSays = regexp.MustCompile(`(?:形象进度|总体进度|总进度|整体进度|工程量)(?:累计)?(?:已)?(?:完成|达到|达|至|为|约)*[::]?\s*(\d{1,3}(?:\.\d+)?)\s*[%%]`)
	// percentOnly is a cell in which nothing stands but a percentage.
	percentOnly = regexp.MustCompile(`^\s*(\d{1,3}(?:\.\d+)?)\s*[%%]\s*$`)
	// partSays is a part of the works with its percentage: 外墙涂料完成82%.
	partSays = regexp.MustCompile(`([\p{Han}]{2,12}?)(?:累计|已|完成|施工|安装|编制)*(?:至|到|达)?(\d{1,3}(?:\.\d+)?)[%%]`)
	// saysDay is a day with its month: 9月18日, 2026-09-18.
	saysDay = regexp.MustCompile(`\d{1,2}月\d{1,2}日|20\d\d[-./年]\d{1,2}`)
)

// overall is the progress of the whole project in percent as a text states it; -1 when it does
// not, or states two.
func overall(text string) float64 {
	found := overallSays.FindAllStringSubmatch(text, 2)
	if len(found) == 0 {
		found = percentOnly.FindAllStringSubmatch(text, 1)
	}
	if len(found) != 1 {
		return -1
	}
	p, err := strconv.ParseFloat(found[0][1], 64)
	if err != nil || p > 100 {
		return -1
	}
	return p
}

// shortOf tells which part of last week's plan a text falls short of, as
// "外墙涂料88%(本周82%)"; "" when it reaches every percentage the plan names, or does not speak
// of it.
func shortOf(plan, text string) string {
	done := partSays.FindAllStringSubmatch(text, 20)
	for _, want := range partSays.FindAllStringSubmatch(plan, 20) {
		target, err := strconv.ParseFloat(want[2], 64)
		if err != nil {
			continue
		}
		for _, got := range done {
			reached, err := strconv.ParseFloat(got[2], 64)
			if err == nil && reached < target && strings.HasSuffix(got[1], want[1]) {
				return want[1] + want[2] + "%(本周" + got[2] + "%)"
			}
		}
	}
	return ""
}

// maxAlike bounds the letters compared by alike; longer texts are cut.
const maxAlike = 300

// alike is how far two texts agree, from 0 to 1, by letters added, left out or changed; figures,
// spaces and punctuation do not count. Texts whose figures differ do not agree at all.
func alike(a, b string) float64 {
	if digitsOf(a) != digitsOf(b) {
		return 0
	}
	x, y := cut(strings.Map(foldWords, a)), cut(strings.Map(foldWords, b))
	longest := max(len(x), len(y))
	if longest == 0 || abs(len(x)-len(y))*5 > longest { // more than a fifth apart: not alike at all
		return 0
	}
	return 1 - float64(state.Slips(string(x), string(y)))/float64(longest)
}

func cut(s string) []rune {
	r := []rune(s)
	return r[:min(len(r), maxAlike)]
}

func abs(n int) int { return max(n, -n) }

// digitsOf are the digits of a text, in order.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// daysBetween counts the days from one ISO day to another; 0 when either is none.
func daysBetween(from, to string) int {
	a, err := time.Parse(time.DateOnly, from)
	b, wrong := time.Parse(time.DateOnly, to)
	if err != nil || wrong != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}

// digits counts the digits of a text.
func digits(s string) int { return len([]rune(digitsOf(s))) }

// hasDay tells whether a text names a day or a month of a year.
func hasDay(s string) bool { return saysDay.MatchString(s) }
