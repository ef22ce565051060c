package rules

import (
	"os"
	"testing"

	"duban/configs"
	"duban/state"
)

func TestShippedRulesLoad(t *testing.T) { shipped(t) }

// shipped loads the catalogue and form the office starts with.
func shipped(t testing.TB) *Set {
	t.Helper()
	data, err := os.ReadFile("../../configs/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	set, faults := Load(data, "rules.yaml", shippedForm(t))
	for _, f := range faults {
		t.Error(f)
	}
	if set == nil {
		t.FailNow()
	}
	return set
}

func shippedForm(t testing.TB) *state.Form {
	t.Helper()
	form, err := configs.BuiltinForm()
	if err != nil {
		t.Fatal(err)
	}
	return form
}
