"""What the program reads for lists, trees and pages, each query once."""
