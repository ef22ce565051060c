package templates

import (
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed sample/*.json
var samples embed.FS

// Samples returns the sample data of a page, one for each way it can read. They are pages
// of a fictional district, written by notify's own tests, so they always have the fields
// the real letters have.
func Samples(page string) ([]map[string]any, error) {
	b, err := samples.ReadFile("sample/" + page + ".json")
	if err != nil {
		return nil, fmt.Errorf("sample of page %s: %w", page, err)
	}
	var out []map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, fmt.Errorf("sample of page %s: %w", page, err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("sample of page %s: there is none", page)
	}
	return out, nil
}

// Sample is the first sample of a page: what `duban preview --sample` shows.
func Sample(page string) (map[string]any, error) {
	all, err := Samples(page)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}
