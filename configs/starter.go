package configs

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// starter is the configuration `duban init` begins with: every key explained in Chinese, and
// the registry of a fictional district as the example. Password files are not part of it.
//
//go:embed README.md duban.yaml form.yaml rules.yaml calendar.yaml registry/*.csv
var starter embed.FS

// BuiltinRules is the rules.yaml shipped with duban, judged by where no configuration
// names another; ingest/rules understands it.
func BuiltinRules() []byte {
	data, _ := starter.ReadFile("rules.yaml") // embedded: it is always there
	return data
}

// placeholder stands in the starter's password files until the office writes the real one.
const placeholder = "请换成邮箱的口令或授权码"

// passwordFiles are named by the starter's duban.yaml. They are written, never embedded.
var passwordFiles = []string{"secrets/mailbox-password", "secrets/outgoing-password"}

// WriteStarter writes the starter into dir, passwords to be filled in included, readable
// by their owner only. A file that exists is left as it is, so that a second run repairs a
// half-written folder and never undoes the office's work.
func WriteStarter(dir string) error {
	err := fs.WalkDir(starter, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := starter.ReadFile(name)
		if err != nil {
			return err
		}
		return writeNew(filepath.Join(dir, filepath.FromSlash(name)), data, 0o755, 0o644)
	})
	if err != nil {
		return fmt.Errorf("write starter configuration: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "templates"), 0o755); err != nil { // empty: the built-in ones hold
		return fmt.Errorf("make the folder of templates: %w", err)
	}
	for _, name := range passwordFiles {
		if err := writeNew(filepath.Join(dir, filepath.FromSlash(name)), []byte(placeholder+"\n"), 0o700, 0o600); err != nil {
			return fmt.Errorf("write password file: %w", err)
		}
	}
	return nil
}

// writeNew writes a file that does not exist yet.
func writeNew(path string, data []byte, dirMode, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), dirMode); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
