package extract

import (
	"strings"
	"testing"
)

func TestPhones(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		// Numbers as they are printed.
		{"Call 101, or 0800 555 111.", "101; 0800 555 111 = +44800555111"},
		{"Crimestoppers on 0800 555111", "0800 555111 = +44800555111"},
		{"Crimestoppers: 08 00 555 111.", "08 00 555 111 = +44800555111"},
		{"Action Fraud on 0300 1232040", "0300 1232040 = +443001232040"},
		{"Action Fraud on 0300\u00a0123\u00a02040", "0300\u00a0123\u00a02040 = +443001232040"},
		{"on 01632-960-841", "01632-960-841 = +441632960841"},
		{"on 01632.960.841", "01632.960.841 = +441632960841"},
		{"on 01632 960841, or 020 7946 0123", "01632 960841 = +441632960841; 020 7946 0123 = +442079460123"},
		{"ring +44 (0)161 496 0123", "+44 (0)161 496 0123 = +441614960123"},
		{"ring +44 161 496 0123", "+44 161 496 0123 = +441614960123"},
		{"ring 0044 161 496 0123", "0044 161 496 0123 = +441614960123"},
		{"call us on (0161) 496 0123", "(0161) 496 0123 = +441614960123"},
		{"call the line (0161 496 0123)", "0161 496 0123 = +441614960123"},
		{"text 07700 900461", "07700 900461 = +447700900461"},
		{"Childline is on 0800 1111.", "0800 1111 = 08001111"},
		{"call 0300 123 204", "0300 123 204 = +44300123204"},
		{"Samaritans: 116 123", "116 123 = 116123"},
		{"Forward it to 7726 and delete it.", "7726"},
		{"texts from the tax office to 60599", "60599"},
		{"on 101 ext. 12345", "101"},
		{"call0161 496 0123", "0161 496 0123 = +441614960123"},
		// Short numbers need words that tell to call them.
		{"Dial 999 in an emergency.", "999"},
		{"Call 101/999.", "101; 999"},
		{"Ring 101 (or 999 in an emergency).", "101; 999"},
		{"on 101 when it is over and 999 while it is going on", "101; 999"},
		{"call the police non-emergency number, 101", "101"},
		{"Report it via the non-emergency number 101.", "101"},
		{"using the 101 number", "101"},
		{"Call Mereshire Police 101 quoting", "101"},
		{"Telephone: 101\nDial 159\nTelephone - ring 101 at any hour", "101; 159; 101"},
		{"By phone on 101", "101"},
		{"Police: 999 in an emergency, or the front counter.", "999"},
		{"NHS 111 can be called on 111.", "111"},
		{"In a power cut dial 105.", "105"},
		{"It can be reported on 101.", "101"},
		{"calling 101 and quoting", "101"},
		{"You can call 101 24 hours a day.", "101"},
		// Counts and the like.
		{"The force received 101 calls and 999 reports from 101 people.", ""},
		{"A 999 call was made; 999 calls rose.", ""},
		{"A neighbour called 999.", ""},
		{"The man who called police on 999 was 111 years old.", ""},
		{"After dialling 999 she ran.", ""},
		{"The average wait on 101 is two minutes.", ""},
		{"on 101 occasions", ""},
		{"He was 101 and had £999 and 1,101 stamps.", ""},
		{"The A101 and 101.5 miles", ""},
		{"In 2020, on 04.05.2020 and 01/02/2021, 01932 45 were there.", ""},
		// Whose number it is.
		{"She was called from 01632 960555.", ""},
		{"The call came from the number 07700 900123.", ""},
		{"The number on the display was 01632 960555.", ""},
		{"The caller's display showed 0161 496 0000, that of the bank.", ""},
		{"0161 496 0000 appeared on the screen.", ""},
		{"The fraudster told her to ring 0161 496 0000.", ""},
		{"She was told to call 0161 496 0000 to stop it.", ""},
		{"The message asks people to call 0161 496 0000.", ""},
		{"The recorded message says to press 1 or call 020 7946 0999.", ""},
		{"Anyone who gets a message saying that she owes tax should call 020 7946 0123.", "020 7946 0123 = +442079460123"},
		{"They were told to hang up and dial 999 to check it.", ""},
		{"Officers who seek the offenders ask the public to ring 101.", "101"},
		{"Anyone who had such a message is asked to call 0161 496 0000.", "0161 496 0000 = +441614960000"},
		{"If you have been called by these fraudsters, call us on 01632 960123.", "01632 960123 = +441632960123"},
		{"The text read: “Hi Mum, this is my new number 07700 900123.”", ""},
		{"Sergeant Ida Plum said: “Ring us on 01632 960123.”", "01632 960123 = +441632960123"},
		{"They gave 07700 900461 as theirs. Please do not ring this number.", ""},
		{"Please do not call 0161 496 0000. Never ring this number.", ""},
		{"Journalists can ring the press office on 01632 960100.", ""},
		{"Media enquiries: 01632 960100", ""},
		// What somebody in a story rings, has or sees.
		{"She rang the number on the screen, 0161 496 0123, and spoke to a man.", ""},
		{"The man gave his name as Mark Adams and his number as 0161 496 0123.", ""},
		{"Calls are being made from numbers including 020 7946 0111 and 020 7946 0222.", ""},
		{"Do not call 020 7946 0111.", ""},
		{"Never ring back 020 7946 0111 or any number like it.", ""},
		{"A bank will never ask you to call back on 07700 900123.", ""},
		{"He is believed to be using a mobile with the number 07700 900123.", ""},
		{"The van had 'Best Roofs 01632 960123' on the side.", ""},
		{"The men were in a van with the phone number 01632 960123 on its doors.", ""},
		{"The line was known as 'Tommy' and used the number 07700 900123.", ""},
		{"Reed ran the \"Jay\" line, 07700 900123, from his flat.", ""},
		{"The number to be wary of is 020 7946 0111.", ""},
		{"Numbers used in the scam include 020 7946 0111 and 020 7946 0222.", ""},
		{"They receive a call, apparently from their bank, on 0345 496 0111.", ""},
		{"The number displayed was 0300 123 2040, that of Action Fraud.", ""},
		{"The fraudster said he was calling from Action Fraud on 0300 123 2040.", ""},
		{"The man told her to check by dialling 101.", ""},
		{"The caller said that she must ring 999 straight away.", ""},
		{"He told the victim to phone back on 020 7946 0111.", ""},
		{"They claim to be from a shop and ask you to press 1, or call 020 7946 0111.", ""},
		{"A number, 0161 496 0123, was written on the receipt.", ""},
		{"The site listed 0161 496 0123 as its own.", ""},
		{"Her screen froze and a number came up: 0800 496 0123.", ""},
		{"Tom's phone, 07700 900123, was last used at 4pm.", ""},
		{"The suspect's number was 07700 900123.", ""},
		{"The number 020 7946 0111 is a scam.", ""},
		{"Anyone who has been called by 07700 900123 or 07700 900456 should report it on 101.", "101"},
		{"If you see this pop-up on your screen, ring us on 0161 496 0123.", "0161 496 0123 = +441614960123"},
		{"Please do not hesitate to call 0161 496 0123.", "0161 496 0123 = +441614960123"},
		{"Why not call us on 0161 496 0123?", "0161 496 0123 = +441614960123"},
		{"Contact PC Ida Plum on her mobile 07700 900123.", "07700 900123 = +447700900123"},
		{"PC Plum's mobile number is 07700 900123.", "07700 900123 = +447700900123"},
		{"A dedicated phone line, 01632 960123, has been set up.", "01632 960123 = +441632960123"},
		{"The team can be contacted using the number 01632 960123.", "01632 960123 = +441632960123"},
		{"If you are calling from outside the county, dial 01632 960123.", "01632 960123 = +441632960123"},
		{"If you have been called from this number, report it to Action Fraud on 0300 123 2040.", "0300 123 2040 = +443001232040"},
		{"Find us on social media, or ring 01632 960100.", "01632 960100 = +441632960100"},
	} {
		_, got, _, _ := indicators(paragraphs(tc.in))
		var lines []string
		for _, n := range got {
			line := n.Text
			if n.Value != n.Text {
				line += " = " + n.Value
			}
			lines = append(lines, line)
		}
		if g := strings.Join(lines, "; "); g != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.in, g, tc.want)
		}
	}
}

// A message that is announced in one block and stands in the next.
func TestPhonesOfMessage(t *testing.T) {
	_, got, _, _ := indicators(paragraphs("The clerk received this message:", "Please ring 0161 496 0000 at once.", "Ring us on 0161 496 0123."))
	if len(got) != 1 || got[0].Block != 2 {
		t.Errorf("got %v", got)
	}
}

// A list of numbers to block, under a heading; the next is for the public again.
func TestPhonesToBlock(t *testing.T) {
	for _, heading := range []string{"Scam numbers to block:", "The following numbers have been used by the criminals:"} {
		_, got, _, _ := indicators(paragraphs(heading, "020 7946 0111\n07700 900123", "Ring us on 0161 496 0123."))
		if len(got) != 1 || got[0].Block != 2 {
			t.Errorf("%s: got %v", heading, got)
		}
	}
	for _, heading := range []string{"Useful numbers to save:", "If you have been a victim of fraud, these numbers can help:"} {
		if _, got, _, _ := indicators(paragraphs(heading, "01632 960123\n0161 496 0123")); len(got) != 2 {
			t.Errorf("%s: got %v", heading, got)
		}
	}
}
