package search

import "strings"

// Pairs of common words. Nearly every release has "of" and "the" in dozens of places,
// and to find "of the" by them all of these would be read. So two of the commonest words
// in a row are a term of their own, which stands where the first of them does.

// commonWords are those that make pairs: the commonest of English, and of police news.
var commonWords = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(`
		a about after all an and any anyone are as at be been before between but by call can contact
		could crime did do fraud following for from had has have he help her him his how i if
		in incident information into is it its later local man may me men more near new no not now of off
		officer officers on one online or other our out over people please police report reported said
		seen she should so some team than that the their them then there these they this
		those three time to two up us was we were what when where which while who will
		with witnesses woman would year years you your`) {
		set[w] = true
	}
	return set
}()

// pair is the term of two words in a row, without its kind, and reports whether they
// have one.
func pair(first, second string) (string, bool) {
	return first + " " + second, commonWords[first] && commonWords[second]
}
