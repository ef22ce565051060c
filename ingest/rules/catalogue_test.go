package rules

import (
	"slices"
	"strings"
	"testing"

	"duban/state"
)

// catalogue is the office's own list of rules (rules.md of the order): its numbers, and what it
// asks. "E" must be corrected, "W" corrected or explained, "N" for the office; "EW" names both.
var catalogue = strings.Fields(`
F01:E F02:E F03:EW F04:E F05:E F06:E F07:E F08:E F09:E F10:W F11:W F12:W F13:N F14:E F15:E F16:E F17:E
T01:E T02:E T03:W T04:EW T05:E T06:W T07:W
R01:E R02:E R03:EW R04:EW R05:E R06:E R07:E
X01:E X02:E X03:W X04:W X05:W X06:W X07:E X08:E X09:W X10:E X11:E X12:W
W01:E W02:EW W03:W W04:WN W05:WN W06:N W07:N W08:W W09:W W10:W W11:W W12:W
C11:E C12:W C13:W C21:E C22:E C23:N C24:W C31:E C32:W C33:W C34:N C35:W C41:E C42:W C43:E C44:N C45:W C46:W
G01:E G02:W G03:E G04:E G05:W G06:W G07:N G08:N`)

// otherwise are the numbers whose rules ask less or more than the list says, and why.
var otherwise = map[string]string{
	"F11": "a figure merged over several projects cannot be read at all: its own cells must be filled in",
	"T03": "the fictional district's own sheets hold fractions and are accepted: a note (world/README.md)",
	"T05": "the words for permits are many and no figure depends on them: a question",
	"X12": "the fictional district's red project says 无 and is accepted (world/expected): on trial",
	"W10": "the fictional district's problem that vanished is accepted (world/expected): on trial",
	"C24": "the form has no column for the day land is handed over: on trial",
}

func TestEveryNumberOfTheOfficesListHasItsRules(t *testing.T) {
	set := shipped(t)
	letter := map[state.Level]string{state.LevelError: "E", state.LevelWarning: "W", state.LevelNote: "N"}
	known := []string{}
	for _, entry := range catalogue {
		code, asks, _ := strings.Cut(entry, ":")
		known = append(known, code)
		var got []string
		for _, r := range set.Rules() {
			if slices.Contains(r.Codes, code) {
				got = append(got, letter[r.level()])
			}
		}
		if len(got) == 0 {
			t.Errorf("rules.yaml has no rule for %s", code)
		}
		for _, want := range strings.Split(asks, "") {
			if !slices.Contains(got, want) && otherwise[code] == "" {
				t.Errorf("%s must be %s, its rules are %v", code, asks, got)
			}
		}
	}
	for _, r := range set.Rules() {
		for _, code := range r.Codes {
			if !slices.Contains(known, code) {
				t.Errorf("%s bears the number %s, which the list does not have", r.Name, code)
			}
		}
	}
}
