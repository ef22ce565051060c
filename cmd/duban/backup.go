package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"duban/state/blobs"
	"duban/state/journal"
)

// backupCmd writes all that cannot be computed again into one file: the journal and the
// blobs. The store's engine is rebuilt from them.
type backupCmd struct {
	File string `arg:"" placeholder:"文件" help:"备份写到这个文件(.tar.gz)。"`
}

// Run reads the files themselves, so a running daemon is no hindrance: the journal only
// grows, and a blob is there before the journal speaks of it. Hence the journal goes first.
func (c *backupCmd) Run(_ context.Context, in *invocation) error {
	dir, err := in.stateDir()
	if err != nil {
		return err
	}
	proved, err := journal.Verify(filepath.Join(dir, journalFile))
	if err != nil {
		return fmt.Errorf("流水账核验没有通过,没有备份:%w", err)
	}
	target := in.path(c.File)
	tmp, err := os.CreateTemp(filepath.Dir(target), filepath.Base(target)+".*")
	if err != nil {
		return fmt.Errorf("begin backup: %w", err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // gone already when all went well
	n, err := writeBackup(tmp, dir, proved.Bytes)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	if err := os.Rename(tmp.Name(), target); err != nil {
		return fmt.Errorf("finish backup: %w", err)
	}
	fmt.Fprintf(in.stdout, "已备份到 %s:流水账%d笔(到%s),原始邮件和信件%d份。\n", target, proved.Records, proved.Last.Format("2006-01-02 15:04"), n)
	return nil
}

// stateDir is the state folder of the configuration the command is for.
func (in *invocation) stateDir() (string, error) {
	cfg, _, err := in.configuration()
	if err != nil {
		return "", err
	}
	return cfg.StateDir, nil
}

// writeBackup writes the journal's proved part and every blob, and counts the blobs.
func writeBackup(w io.Writer, dir string, journalBytes int64) (n int, err error) {
	z := gzip.NewWriter(w)
	t := tar.NewWriter(z)
	f, err := os.Open(filepath.Join(dir, journalFile))
	if err != nil {
		return 0, err
	}
	err = addFile(t, journalFile, journalBytes, io.LimitReader(f, journalBytes))
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, err
	}
	b, err := blobs.Open(filepath.Join(dir, blobsDir))
	if err != nil {
		return 0, err
	}
	defer func() { _ = b.Close() }() // it holds no more than a descriptor
	err = b.Each(func(sum string, _ int64) error {
		data, err := b.Get(sum) // also proves that it is whole
		if err != nil {
			return err
		}
		n++
		return addFile(t, blobsDir+"/"+sum, int64(len(data)), strings.NewReader(string(data)))
	})
	return n, errors.Join(err, t.Close(), z.Close())
}

func addFile(t *tar.Writer, name string, size int64, r io.Reader) error {
	if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, Typeflag: tar.TypeReg}); err != nil {
		return err
	}
	_, err := io.Copy(t, r)
	return err
}

// restoreCmd brings a backup back into an empty state folder.
type restoreCmd struct {
	File string `arg:"" placeholder:"文件" help:"由 duban backup 写成的文件。"`
}

// Run leaves a mark that holds every letter back: what was sent after the backup is unknown
// to it and must not be sent again (restored.go).
func (c *restoreCmd) Run(_ context.Context, in *invocation) error {
	dir, err := in.stateDir()
	if err != nil {
		return err
	}
	for _, name := range []string{journalFile, engineDir} {
		if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return usage{fmt.Sprintf("%s 里已有数据。请先停下 duban,把这个文件夹改名留存,再恢复。", dir)}
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make state folder: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, heldFile), []byte(markRestored+filepath.Base(c.File)+"\n"), 0o600); err != nil {
		return fmt.Errorf("hold letters back: %w", err)
	}
	n, err := readBackup(in.path(c.File), dir)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	proved, err := journal.Verify(filepath.Join(dir, journalFile))
	if err != nil {
		return fmt.Errorf("备份里的流水账核验没有通过:%w", err)
	}
	fmt.Fprintf(in.stdout, `已恢复:流水账%d笔(到%s),原始邮件和信件%d份。
备份之后发过什么信,这里不知道,所以先不发信。请启动 duban(或运行 duban once):
收完信后自动对照邮箱的“已发送”,已经发过的不再发,没有发过的照发,领导周报和通报等办公室定;
“已发送”里没有留底、对照不了的,一封也不发,请这样做:
  1. 看 duban outbox 里哪些信已经发过,发过的用 duban outbox drop 作废;
  2. 删去文件 %s,再启动 duban。
`, proved.Records, proved.Last.Format("2006-01-02 15:04"), n, filepath.Join(dir, heldFile))
	return nil
}

// readBackup writes a backup's files into dir. Nothing in it is used as a path: the journal
// has one name, a blob the digest of its bytes.
func readBackup(file, dir string) (n int, err error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", filepath.Base(file), err)
	}
	b, err := blobs.Open(filepath.Join(dir, blobsDir))
	if err != nil {
		return 0, err
	}
	defer func() { _ = b.Close() }() // it holds no more than a descriptor
	for t := tar.NewReader(z); ; n++ {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return n - 1, nil // all but the journal
		}
		if err != nil {
			return 0, fmt.Errorf("read %s: %w", filepath.Base(file), err)
		}
		if h.Name == journalFile {
			err = writeJournal(filepath.Join(dir, journalFile), t)
		} else {
			err = restoreBlob(b, strings.TrimPrefix(h.Name, blobsDir+"/"), t)
		}
		if err != nil {
			return 0, err
		}
	}
}

func writeJournal(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

func restoreBlob(b *blobs.Store, sum string, r io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(r, blobs.MaxSize+1))
	if err != nil {
		return err
	}
	got, err := b.Put(data)
	if err != nil {
		return err
	}
	if got != sum {
		return fmt.Errorf("blob %.16s of the backup is damaged", sum)
	}
	return nil
}
