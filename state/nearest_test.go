package state

import "testing"

func TestNearestSuggestsOnlyWhatIsClearlyMeant(t *testing.T) {
	known := []string{"deadline", "holiday", "grace", "D01", "D16"}
	for written, want := range map[string]string{"dedline": "deadline", "hoilday": "holiday", "D61": "", "x": "", "reminders": ""} {
		if got := Nearest(written, known); got != want {
			t.Errorf("%s suggests %q, want %q", written, got, want)
		}
	}
}
