package report

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
)

// relation is one line of a .rels part.
type relation struct {
	id     string
	kind   string // last word of the type, lower case: "worksheet", "comments"
	target string // partKey of the part; "" when it lies outside the file
	base   string // the type without its last word: transitional or strict
}

// relsKey is the key of a part's .rels; owner "" stands for the package.
func relsKey(owner string) string {
	dir, base := path.Split(owner)
	return dir + "_rels/" + base + ".rels"
}

// relations reads the relations of a part; a missing .rels part is no relations.
func (p *parts) relations(owner string) ([]relation, error) {
	key := relsKey(owner)
	if !p.has(key) {
		return nil, nil
	}
	_, root, err := p.tree(key)
	if err != nil {
		return nil, err
	}
	var out []relation
	for _, e := range root.all("Relationship") {
		kind := e.get("Type")
		cut := strings.LastIndexByte(kind, '/') + 1
		r := relation{id: e.get("Id"), kind: strings.ToLower(kind[cut:]), base: kind[:cut]}
		if e.get("TargetMode") != "External" {
			r.target = p.target(path.Dir("/"+owner), e.get("Target"))
		}
		out = append(out, r)
	}
	return out, nil
}

// target is the key of the part a relation names: rooted or beside its owner,
// percent-encoded or not.
func (p *parts) target(dir, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if !strings.HasPrefix(target, "/") {
		target = dir + "/" + target
	}
	key := partKey(target)
	if !p.has(key) {
		if plain, err := url.PathUnescape(target); err == nil {
			return partKey(plain)
		}
	}
	return key
}

// relate adds a relation from a part of the package to a part by its name, and gives the
// relation's id. base is the beginning of the type, as relation.base.
func (p *parts) relate(owner, base, kind, name string) (string, error) {
	rels, err := p.relations(owner)
	if err != nil {
		return "", err
	}
	id := ""
	for n := 1; id == ""; n++ {
		id = fmt.Sprintf("rIdBz%d", n)
		if slices.ContainsFunc(rels, func(r relation) bool { return r.id == id }) {
			id = ""
		}
	}
	line := fmt.Sprintf(`Relationship Id="%s" Type="%s%s" Target="/%s"/>`, id, base, kind, name)
	key := relsKey(owner)
	if !p.has(key) {
		beside := owner
		if f := p.entries[owner]; f != nil {
			beside = f.Name // readers that mind case look beside the part's own name
		}
		return id, p.add(relsName(beside), xmlHead+`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><`+line+`</Relationships>`)
	}
	b, root, err := p.tree(key)
	if err != nil {
		return "", err
	}
	return id, p.change(key, b, []edit{root.grow("<" + root.prefix() + line)})
}

// relsName is the name of the .rels part of a part, in the slashes its own name is in.
func relsName(owner string) string {
	cut := strings.LastIndexAny(owner, `/\`) + 1
	slash := "/"
	if strings.Contains(owner, `\`) {
		slash = `\`
	}
	return owner[:cut] + "_rels" + slash + owner[cut:] + ".rels"
}
