package main

import (
	"context"
	"fmt"

	"duban/ingest"
	"duban/notify"
)

// enclosedIn opens a stored mail once more, in the bounded child like any mail, for what was
// attached to it.
func enclosedIn(p parts) func(context.Context, string) ([]notify.Enclosure, error) {
	return func(ctx context.Context, mail string) ([]notify.Enclosure, error) {
		raw, err := p.archive.blobs.Get(mail)
		if err != nil {
			return nil, fmt.Errorf("read mail: %w", err)
		}
		opened, err := p.opener.Open(ctx, ingest.Job{Data: raw, Enclosed: true})
		if err != nil {
			return nil, fmt.Errorf("open mail: %w", err)
		}
		bytesOf := map[string][]byte{}
		for _, f := range opened.Files {
			bytesOf[f.Sum] = f.Data
		}
		var out []notify.Enclosure
		for _, e := range opened.Enclosures {
			out = append(out, notify.Enclosure{File: notify.File{Name: e.Name, Type: e.Media, Data: bytesOf[e.Sum]}, Large: e.Large})
		}
		return out, nil
	}
}
